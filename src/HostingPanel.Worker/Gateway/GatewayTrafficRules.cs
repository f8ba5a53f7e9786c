using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// The second fence for what people set for a site's visitors. It says in other words than the first what may stand in a list, a map or
/// the configuration: what it lets through has no blank, quote, bracket of HAProxy's language or line break in it.
/// </summary>
internal static partial class GatewayTrafficRules
{
    private const int MaxText = 1500;

    /// <summary>What must not be written down, or null.</summary>
    public static string? Fault(SiteTraffic traffic) =>
        traffic.Login is { } login && !(User().IsMatch(login.User) && Hash().IsMatch(login.Hash)) ? "its visitors' password"
        : !traffic.AllowedAddresses.Concat(traffic.MaintenanceVisitors).All(IsNetwork) ? "a network"
        : !traffic.ExpensivePaths.All(path => Expensive().IsMatch(path)) ? "an expensive path"
        : !traffic.Redirects.All(IsRedirect) || HasTwice(traffic.Redirects) ? "a redirect"
        : traffic.MaintenanceText.Length > MaxText || traffic.MaintenanceText.Any(letter => char.IsControl(letter) && letter != '\n')
            ? "its maintenance text"
        : !AreInRange(traffic) ? "one of its limits"
        : !(IsKnown(traffic.SearchEngines) && IsKnown(traffic.AiCrawlers) && IsKnown(traffic.OtherCrawlers) && IsKnown(traffic.NoAgent))
            ? "what it does with crawlers"
        : null;

    private static bool IsNetwork(string text) => Network().IsMatch(text) && IPNetwork.TryParse(text, out _);

    private static bool IsRedirect(TrafficRedirect redirect) =>
        redirect.From.Length <= 500 && redirect.To.Length <= 1000 && From().IsMatch(redirect.From) && To().IsMatch(redirect.To);

    private static bool HasTwice(IReadOnlyList<TrafficRedirect> redirects) =>
        redirects.DistinctBy(redirect => redirect.From, StringComparer.Ordinal).Count() != redirects.Count;

    private static bool AreInRange(SiteTraffic traffic) =>
        traffic.HstsDays is >= 0 and <= 3650
        && traffic.MaxConcurrent is > 0 and <= 100_000
        && traffic.QueueLength is > 0 and <= 100_000
        && traffic.QueueSeconds is > 0 and <= 3600
        && traffic.PagesPerMinute is >= 0 and <= 100_000_000
        && traffic.PagesAtOnce is >= 0 and <= 100_000
        && traffic.RequestsPerTenSeconds is >= 0 and <= 100_000_000
        && traffic.ExpensivePerMinute is >= 0 and <= 100_000_000
        && traffic.CrawlerPagesPerMinute is > 0 and <= 100_000_000
        && traffic.BanAfter is > 0 and <= 100_000_000
        && traffic.BanMinutes is >= 0 and <= 100_000;

    private static bool IsKnown(CrawlerPolicy policy) => Enum.IsDefined(policy);

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{1,40}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex User();

    [GeneratedRegex(@"^\$6\$rounds=[0-9]{4,6}\$[A-Za-z0-9./]{8,16}\$[A-Za-z0-9./]{86}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hash();

    [GeneratedRegex(@"^[0-9a-f:.]{2,39}/[0-9]{1,3}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Network();

    [GeneratedRegex(@"^(?:/[a-z0-9/._~-]{1,99}|\?[A-Za-z0-9_-]{1,40})\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Expensive();

    // A path in full: printable ASCII without quotes, back-slashes and what else RFC 3986 leaves out.
    [GeneratedRegex(@"^/[A-Za-z0-9/._~!$&'()*+,;=:@%-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex From();

    [GeneratedRegex(
        @"^(?:https?://[a-z0-9.-]+(?::[0-9]{1,5})?|/(?!/))[A-Za-z0-9/._~!$&'()*+,;=:@?#\[\]%-]*\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex To();
}
