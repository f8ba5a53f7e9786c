using System.Text.Json.Serialization;

namespace HostingPanel.Docker;

/// <summary>A network to be made.</summary>
public sealed record NetworkCreateRequest
{
    /// <summary>Its name; taken names are refused.</summary>
    public required string Name { get; init; }

    /// <summary>bridge, overlay, ...</summary>
    public string? Driver { get; init; }

    /// <summary>Old engines accept a taken name without this.</summary>
    public bool CheckDuplicate { get; init; } = true;

    /// <summary>Nothing in it reaches the outside.</summary>
    public bool Internal { get; init; }

    /// <summary>Single containers may join an overlay network, too.</summary>
    public bool Attachable { get; init; }

    /// <summary>Addresses; null lets the engine choose from its pools.</summary>
    [JsonPropertyName("IPAM")]
    public Ipam? Ipam { get; init; }

    /// <summary>IPv6 as well.</summary>
    [JsonPropertyName("EnableIPv6")]
    public bool? EnableIPv6 { get; init; }

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>A plan of addresses.</summary>
public sealed record Ipam
{
    /// <summary>Who gives addresses out; "default" is the engine's own.</summary>
    public string? Driver { get; init; }

    /// <summary>Subnets.</summary>
    public IReadOnlyList<IpamConfig>? Config { get; init; }

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}

/// <summary>One subnet.</summary>
public sealed record IpamConfig
{
    /// <summary>In CIDR form: 10.96.0.0/28.</summary>
    public string? Subnet { get; init; }

    /// <summary>Addresses are given out of this part of it.</summary>
    [JsonPropertyName("IPRange")]
    public string? IpRange { get; init; }

    /// <summary>The way out.</summary>
    public string? Gateway { get; init; }
}

/// <summary>A network as it is (the API's <c>Network</c>).</summary>
public sealed record NetworkResponse
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made. An overlay network has none on a node that did not need it yet.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>local or swarm.</summary>
    public string? Scope { get; init; }

    /// <summary>bridge, overlay, host, null, ...; empty while the swarm has not yet got round to a new network.</summary>
    public string? Driver { get; init; }

    /// <summary>Nothing in it reaches the outside.</summary>
    public bool Internal { get; init; }

    /// <summary>Single containers may join.</summary>
    public bool Attachable { get; init; }

    /// <summary>It is the routing mesh.</summary>
    public bool Ingress { get; init; }

    /// <summary>Its addresses; without a subnet while the swarm has not yet got round to a new network.</summary>
    [JsonPropertyName("IPAM")]
    public Ipam? Ipam { get; init; }

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string> Options
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;

    /// <summary>Containers of this node in it, by id; only from an inspect.</summary>
    public IReadOnlyDictionary<string, NetworkContainer>? Containers { get; init; }
}

/// <summary>A container in a network.</summary>
public sealed record NetworkContainer
{
    /// <summary>The container's name.</summary>
    public string? Name { get; init; }

    /// <summary>With its prefix length.</summary>
    public string? IPv4Address { get; init; }

    /// <summary>With its prefix length; empty without IPv6.</summary>
    public string? IPv6Address { get; init; }
}

/// <summary>The new network.</summary>
internal sealed record NetworkCreateResponse
{
    public required string Id { get; init; }

    public string? Warning { get; init; }
}

/// <summary>Which container joins or leaves a network.</summary>
internal sealed record NetworkMember
{
    public required string Container { get; init; }

    public EndpointSettings? EndpointConfig { get; init; }

    public bool? Force { get; init; }
}
