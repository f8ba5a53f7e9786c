using System.Net;

namespace HostingPanel.Sites;

/// <summary>Names inside Docker, as DESIGN.md lays them down. The one place that makes them.</summary>
internal sealed class SiteNames(PanelOptions options)
{
    public string FrontNetwork => $"{options.Installation}-front";

    /// <summary>The internal network between the gateway and sites that must reach nobody.</summary>
    public string SealedFrontNetwork => $"{options.Installation}-front-sealed";

    public string Service(string slug, string service) => $"{options.Installation}-{slug}-{service}";

    public string Network(string slug) => $"{options.Installation}-{slug}";

    public string Volume(string shortId, string volume) => $"{options.Installation}-{shortId}-{volume}";

    /// <summary>Deterministic per operation, so that a resumed step finds the job of the run before.</summary>
    public string Job(string slug, string hook, Guid operationId) =>
        $"{options.Installation}-{slug}-{hook}-{operationId.ToString("N")[^8..]}";

    /// <summary>Secrets are immutable, so the version is part of the name.</summary>
    public string Secret(string shortId, string secret, int version) => $"{options.Installation}-{shortId}-{secret}-v{version}";

    /// <summary>How many /28 networks the sites' range has.</summary>
    public int SubnetCount => 1 << (28 - options.SiteSubnetRange.PrefixLength);

    /// <summary>The /28 of this index in CIDR notation.</summary>
    public string Subnet(int index)
    {
        var start = options.SiteSubnetRange.BaseAddress.GetAddressBytes();
        var first = ((uint)start[0] << 24 | (uint)start[1] << 16 | (uint)start[2] << 8 | start[3]) + ((uint)index << 4);
        return $"{new IPAddress([(byte)(first >> 24), (byte)(first >> 16), (byte)(first >> 8), (byte)first])}/28";
    }

    public string DefaultHost(string slug) => $"{slug}.{options.SitesDomain}".ToLowerInvariant();
}
