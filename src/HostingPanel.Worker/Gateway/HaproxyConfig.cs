using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>The panel itself, as the gateway serves it.</summary>
/// <param name="Host">Its host name in the normal form.</param>
/// <param name="GatewayKey">What its web asks for in <c>X-HP-Gateway-Key</c>.</param>
internal sealed record PanelRoute(string Host, string GatewayKey)
{
    /// <summary>The thumbprint of the panel's ACME account; null before there is one.</summary>
    public string? AcmeThumbprint { get; init; }

    /// <summary>The published port for HTTPS, which HTTP is led to.</summary>
    public int HttpsPort { get; init; } = 443;

    /// <summary>Addresses and networks behind which are many: nobody is limited there for what another does.</summary>
    public IReadOnlyList<string> SharedAddresses { get; init; } = [];
}

/// <summary>A configuration that only lacks what the certificates' files are told by.</summary>
/// <param name="Text">The file <c>haproxy.cfg</c>, without the stamp of the certificates and without its mark.</param>
/// <param name="Map">See <see cref="HaproxyConfiguration.Map"/>.</param>
/// <param name="MapFile">See <see cref="HaproxyConfiguration.MapFile"/>.</param>
/// <param name="Files">See <see cref="HaproxyConfiguration.Files"/>.</param>
internal sealed record HaproxyDraft(string Text, string Map, string MapFile, HaproxyFiles Files)
{
    /// <summary>What <see cref="HaproxyConfiguration.Mark"/> takes the place of.</summary>
    public const string NoMark = "hp-0000000000000000";

    /// <summary>The whole of it.</summary>
    /// <param name="certificates">Changes when a certificate does, so that the gateway loads it.</param>
    public HaproxyConfiguration With(string certificates)
    {
        // Both stand in the first lines, the stamp before the mark; the mark is made from the text that it stands in.
        var stamped = HaproxyConfig.Put(Text, HaproxyTemplate.NoStamp, certificates);
        var mark = $"hp-{HaproxyConfig.Hash(stamped)}";
        return new HaproxyConfiguration(HaproxyConfig.Put(stamped, NoMark, mark), Map, MapFile, mark, Files);
    }
}

/// <summary>A rendered configuration.</summary>
/// <param name="Text">The file <c>haproxy.cfg</c>.</param>
/// <param name="Map">
/// The file <see cref="MapFile"/>: host name, blank, back end; one per line. In place of the back end, <c>to:</c> and another name send on.
/// </param>
/// <param name="MapFile">Name of the map beside the configuration. It changes with the content, so that a configuration never meets another's map.</param>
/// <param name="Mark">What a gateway that runs this text answers as its description.</param>
/// <param name="Files">The other files that it names.</param>
internal sealed record HaproxyConfiguration(string Text, string Map, string MapFile, string Mark, HaproxyFiles Files);

/// <summary>Writes HAProxy's configuration. The same routes make the same text.</summary>
internal static class HaproxyConfig
{
    /// <summary>The response header that names one of the gateway's own pages. A site can't send it.</summary>
    public const string PageHeader = "X-HP-Page";

    /// <summary>The configuration for these routes.</summary>
    /// <param name="routes">The sites.</param>
    /// <param name="panel">The panel.</param>
    /// <exception cref="PlatformException"><c>gateway-route-invalid</c>: something may not stand in a configuration, or a host name has two owners.</exception>
    public static HaproxyDraft Render(IReadOnlyList<Route> routes, PanelRoute panel)
    {
        GatewayRules.Check(panel);
        foreach (var route in routes)
        {
            GatewayRules.Check(route);
        }

        var sorted = routes.OrderBy(route => route.Slug, StringComparer.Ordinal).ToList();
        if (sorted.DistinctBy(route => route.Slug, StringComparer.Ordinal).Count() != sorted.Count)
        {
            throw GatewayRules.Refuse("two routes have one slug");
        }

        var map = Map(sorted, panel);
        var mapFile = $"hosts-{Hash(map)}.map";
        var files = new HaproxyFiles();
        var shared = files.AddList(panel.SharedAddresses);
        var text = new StringBuilder(HaproxyTemplate.Head(mapFile, panel, shared));
        var shields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var route in sorted.Where(route => route.Mode == RouteMode.Serve))
        {
            var site = new HaproxySite(route, files, panel.HttpsPort);
            var rules = site.Shield();
            if (!shields.TryGetValue(rules, out var shield))
            {
                shield = $"shield-{Hash(rules)}";
                shields.Add(rules, shield);
                text.Append(CultureInfo.InvariantCulture, $"\ndefaults {shield} from sites\n{rules}");
            }

            text.Append(site.Render(BackendOf(route), shield));
        }

        return new HaproxyDraft(text.ToString(), map, mapFile, files);
    }

    /// <summary>Puts a value in the one place that was kept for it.</summary>
    internal static string Put(string text, string place, string value)
    {
        var at = text.IndexOf(place, StringComparison.Ordinal);
        return string.Concat(text.AsSpan(0, at), value, text.AsSpan(at + place.Length));
    }

    private static string Map(List<Route> routes, PanelRoute panel)
    {
        var hosts = new SortedDictionary<string, string>(StringComparer.Ordinal) { [panel.Host] = "panel" };
        foreach (var route in routes)
        {
            foreach (var host in route.Hosts)
            {
                if (!hosts.TryAdd(host.Name, host.RedirectTo is { } other ? HaproxyTemplate.SendsTo + other : BackendOf(route)))
                {
                    throw GatewayRules.Refuse($"the host name {host.Name} has two owners");
                }
            }
        }

        return string.Concat(hosts.Select(host => $"{host.Key} {host.Value}\n"));
    }

    private static string BackendOf(Route route) =>
        route.Mode switch
        {
            RouteMode.Serve => $"site-{route.Slug}",
            RouteMode.Starting => "starting",
            RouteMode.Stopped => "stopped",
            RouteMode.Maintenance => "maintenance",
            _ => throw GatewayRules.Refuse("a route's mode is unknown"),
        };

    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
