using System.Globalization;
using HostingPanel.Platform;
using HostingPanel.Traffic;

namespace HostingPanel.Web.Traffic;

/// <summary>What the gateway refused, in words.</summary>
internal static class TrafficWords
{
    /// <summary>“1,204 requests of 3 addresses were refused in the last hour.”</summary>
    public static string Of(TrafficView view) =>
        view.Refused is [{ Reason: TrafficRefusal.Any } all, ..]
            ? $"{Count(all.Requests, "request")} of {Count(all.Addresses, "address", "addresses")} {(all.Requests == 1 ? "was" : "were")} refused in the last hour."
            : "Nothing was refused in the last hour.";

    /// <summary>Why, after the number of requests.</summary>
    public static string Of(TrafficRefusal reason) =>
        reason switch
        {
            TrafficRefusal.Any => "in all",
            TrafficRefusal.Address => "from networks that are not on the list",
            TrafficRefusal.Banned => "from addresses that were shut out for a while",
            TrafficRefusal.Pages => "too many pages from one address",
            TrafficRefusal.AtOnce => "too many pages at once from one address",
            TrafficRefusal.Requests => "too many requests of any kind from one address",
            TrafficRefusal.Expensive => "too many logins, searches and the like from one address",
            TrafficRefusal.Crawler => "crawlers that are refused, or had had their share",
            TrafficRefusal.Queue => "too many waited in front of the site",
            TrafficRefusal.Size => "larger than the site takes",
            _ => throw new InvalidOperationException($"There are no words for {reason}."),
        };

    /// <summary>“1,204 requests”.</summary>
    public static string Count(long number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many ?? one + "s")}");
}
