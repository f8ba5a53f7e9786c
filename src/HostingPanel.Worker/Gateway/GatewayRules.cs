using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// What may stand in the gateway's configuration. Everything was validated when it came in; this is the second fence, in front of a
/// language with quoting, comments, expansion and commands.
/// </summary>
internal static partial class GatewayRules
{
    private const long MaxBody = 1L << 40;

    /// <summary>Throws <c>gateway-route-invalid</c> for a route that can't be written down safely.</summary>
    public static void Check(Route route)
    {
        Require(Name().IsMatch(route.Slug), route, "its slug");
        Require(route.Hosts.All(host => IsHost(host.Name) || IsWildcard(host.Name)), route, "a host name");
        Require(
            route.Hosts.All(host => host.RedirectTo is null || LeadsOn(host, route)),
            route,
            "the name that another one's visitors are sent to"
        );
        Require(Enum.IsDefined(route.Mode), route, "its mode");
        if (route.Mode != RouteMode.Serve)
        {
            return;
        }

        Require(Name().IsMatch(route.Upstream), route, "the name of its service");
        Require(route.Port is > 0 and <= 65535, route, "its port");
        Require(IsKey(route.GatewayKey), route, "its gateway key");
        Require(route.MaxConnections is > 0 and <= 100_000, route, "its number of connections");
        Require(route.MaxBodyBytes is > 0 and <= MaxBody, route, "its largest request");
        Require(GatewayTrafficRules.Fault(route.Traffic) is null, route, GatewayTrafficRules.Fault(route.Traffic) ?? string.Empty);
        Require(route.Timeout >= TimeSpan.FromSeconds(1) && route.Timeout <= TimeSpan.FromDays(1), route, "its time-out");
    }

    /// <summary>Throws <c>gateway-route-invalid</c> for a panel that can't be written down safely.</summary>
    public static void Check(PanelRoute panel)
    {
        if (!IsHost(panel.Host))
        {
            throw Refuse("the panel's host name (Panel:PanelDomain) is not one in its normal form");
        }

        if (!panel.SharedAddresses.All(IsNetwork))
        {
            throw Refuse("an address that is shared by many (Gateway:SharedAddresses) is neither an address nor a network");
        }

        if (!IsKey(panel.GatewayKey))
        {
            throw Refuse("the panel's gateway key (Gateway:KeyFile) must be one line of 20 to 256 letters and digits");
        }

        if (panel.AcmeThumbprint is { } thumbprint && !IsKey(thumbprint))
        {
            throw Refuse("the thumbprint of the panel's account at authorities is none");
        }
    }

    /// <summary>The error for a route that can't be published.</summary>
    public static PlatformException Refuse(string why) =>
        new("gateway-route-invalid", $"The gateway's configuration was not written: {why}.");

    private static bool IsHost(string? host) => host is { Length: > 0 and <= 253 } && Host().IsMatch(host);

    /// <summary>One label below a whole name: <c>*.org</c> would be everybody's.</summary>
    private static bool IsWildcard(string? host) =>
        host is not null && host.StartsWith("*.", StringComparison.Ordinal) && host.Count(letter => letter == '.') > 1 && IsHost(host[2..]);

    /// <summary>From a name of its own to one that it answers to: nobody is sent to others' sites, or in a circle.</summary>
    private static bool LeadsOn(RouteHost host, Route route) =>
        IsHost(host.Name) && IsHost(host.RedirectTo) && route.Hosts.Any(other => other.Name == host.RedirectTo && other.RedirectTo is null);

    private static bool IsNetwork(string text) =>
        Network().IsMatch(text) && (IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _));

    private static bool IsKey(string? key) => key is not null && Key().IsMatch(key);

    private static void Require(bool good, Route route, string what)
    {
        if (!good)
        {
            // The value is not repeated: it may be a key, or made to be read by somebody.
            throw Refuse($"{what} is not allowed (site {(Name().IsMatch(route.Slug) ? route.Slug : "without a good slug")})");
        }
    }

    [GeneratedRegex("^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(
        "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Host();

    [GeneratedRegex("^[0-9a-f:.]{2,39}(?:/[0-9]{1,3})?\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Network();

    [GeneratedRegex("^[A-Za-z0-9_-]{20,256}\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Key();
}
