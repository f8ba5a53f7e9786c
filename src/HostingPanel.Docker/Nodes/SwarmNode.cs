using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>A machine of the swarm (the API's <c>Node</c>).</summary>
public sealed record SwarmNode
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>What an update must name.</summary>
    public required ObjectVersion Version { get; init; }

    /// <summary>When it joined.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What it is meant to be.</summary>
    public required NodeSpec Spec { get; init; }

    /// <summary>What it says about itself.</summary>
    public NodeDescription? Description { get; init; }

    /// <summary>How it is.</summary>
    public required NodeStatus Status { get; init; }

    /// <summary>Only for managers.</summary>
    public ManagerStatus? ManagerStatus { get; init; }
}

/// <summary>What a node is meant to be.</summary>
public sealed record NodeSpec
{
    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Labels that placement can ask for.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Worker or manager.</summary>
    public NodeRole Role { get; init; }

    /// <summary>Whether it takes tasks.</summary>
    public NodeAvailability Availability { get; init; }
}

/// <summary>Roles of a node.</summary>
[JsonConverter(typeof(LenientEnumConverter<NodeRole>))]
public enum NodeRole
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>Runs tasks.</summary>
    Worker,

    /// <summary>Decides, and runs tasks as well.</summary>
    Manager,
}

/// <summary>Whether a node takes tasks.</summary>
[JsonConverter(typeof(LenientEnumConverter<NodeAvailability>))]
public enum NodeAvailability
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>Takes tasks.</summary>
    Active,

    /// <summary>Keeps its tasks, takes no more.</summary>
    Pause,

    /// <summary>Gives its tasks to others.</summary>
    Drain,
}

/// <summary>What a node says about itself.</summary>
public sealed record NodeDescription
{
    /// <summary>Its host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>Its kind.</summary>
    public NodePlatform? Platform { get; init; }

    /// <summary>What it has.</summary>
    public ResourceLimit? Resources { get; init; }

    /// <summary>Its engine.</summary>
    public EngineDescription? Engine { get; init; }
}

/// <summary>The kind of a machine.</summary>
public sealed record NodePlatform
{
    /// <summary>x86_64, aarch64, ...</summary>
    public string? Architecture { get; init; }

    /// <summary>linux or windows.</summary>
    [JsonPropertyName("OS")]
    public string? Os { get; init; }
}

/// <summary>The engine of a node.</summary>
public sealed record EngineDescription
{
    /// <summary>Its version.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>Its labels, from its own configuration.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>How a node is.</summary>
public sealed record NodeStatus
{
    /// <summary>The state.</summary>
    public NodeState State { get; init; }

    /// <summary>In the engine's words.</summary>
    public string? Message { get; init; }

    /// <summary>Its address as the managers see it.</summary>
    public string? Addr { get; init; }
}

/// <summary>States of a node.</summary>
[JsonConverter(typeof(LenientEnumConverter<NodeState>))]
public enum NodeState
{
    /// <summary>Not known, or a word that this client does not know.</summary>
    Unknown,

    /// <summary>Not heard of.</summary>
    Down,

    /// <summary>Working.</summary>
    Ready,

    /// <summary>Lost touch for too long.</summary>
    Disconnected,
}

/// <summary>A manager's standing.</summary>
public sealed record ManagerStatus
{
    /// <summary>It leads.</summary>
    public bool Leader { get; init; }

    /// <summary>reachable, unreachable or unknown.</summary>
    public string? Reachability { get; init; }

    /// <summary>Its address for other managers.</summary>
    public string? Addr { get; init; }
}
