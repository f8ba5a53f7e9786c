using HostingPanel.Blueprints;
using HostingPanel.Platform;

namespace HostingPanel.Traffic;

/// <summary>How visitors of a kind of site are treated where nobody has said otherwise.</summary>
internal static class TrafficDefaults
{
    /// <summary>The settings of a site that has none of its own.</summary>
    public static SiteTraffic Of(BlueprintFront front, PanelOptions options) =>
        new()
        {
            // In a trial nobody trusts the certificates, and no name leads to the port for HTTPS.
            RedirectsToHttps = options.PublicScheme == "https",
            MaxConcurrent = front.MaxConcurrent,
            QueueLength = front.Shield.Queue,
            QueueSeconds = (int)front.Shield.QueueTime.TotalSeconds,
            PagesPerMinute = front.Shield.PagesPerMinute,
            ExpensivePerMinute = front.Shield.ExpensivePerMinute,
            ExpensivePaths = front.Shield.Expensive,
        };
}
