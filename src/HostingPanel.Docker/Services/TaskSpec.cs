using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>What a task runs, with what, where, and how often it is tried.</summary>
public sealed record TaskSpec
{
    /// <summary>The container. Absent only for tasks that attach a single container to a network.</summary>
    public ContainerSpec? ContainerSpec { get; init; }

    /// <summary>Limits and reservations.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>What happens when the container ends.</summary>
    public RestartPolicy? RestartPolicy { get; init; }

    /// <summary>Which nodes may run it.</summary>
    public Placement? Placement { get; init; }

    /// <summary>A number to change when tasks shall be replaced although nothing else changed.</summary>
    public ulong ForceUpdate { get; init; }

    /// <summary>Networks, by id.</summary>
    public IReadOnlyList<NetworkAttachmentConfig>? Networks { get; init; }

    /// <summary>Where its output goes.</summary>
    public Driver? LogDriver { get; init; }
}

/// <summary>Limits and reservations of a task.</summary>
public sealed record ResourceRequirements
{
    /// <summary>The most it may use.</summary>
    public ResourceLimit? Limits { get; init; }

    /// <summary>What the node must have to spare.</summary>
    public ResourceLimit? Reservations { get; init; }
}

/// <summary>An amount of resources.</summary>
public sealed record ResourceLimit
{
    /// <summary>Billionths of a processor.</summary>
    [JsonPropertyName("NanoCPUs")]
    public long? NanoCpus { get; init; }

    /// <summary>Bytes of memory.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processes and threads; only as a limit.</summary>
    public long? Pids { get; init; }
}

/// <summary>What happens when the container ends.</summary>
public sealed record RestartPolicy
{
    /// <summary>When a new task is started.</summary>
    public RestartCondition? Condition { get; init; }

    /// <summary>Time before the next attempt.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? Delay { get; init; }

    /// <summary>Attempts within <see cref="Window"/>; 0 or absent is without end.</summary>
    public ulong? MaxAttempts { get; init; }

    /// <summary>The time in which attempts are counted; 0 or absent is all time.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? Window { get; init; }
}

/// <summary>When a task is started again.</summary>
[JsonConverter(typeof(LenientEnumConverter<RestartCondition>))]
public enum RestartCondition
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>Never.</summary>
    None,

    /// <summary>After an exit code other than 0.</summary>
    OnFailure,

    /// <summary>Always. Not for jobs.</summary>
    Any,
}

/// <summary>Which nodes may run a task.</summary>
public sealed record Placement
{
    /// <summary>All must hold: <c>node.id==...</c>, <c>node.role==manager</c>, <c>node.labels.x==y</c>.</summary>
    public IReadOnlyList<string>? Constraints { get; init; }

    /// <summary>Most tasks on one node; 0 or absent is without limit.</summary>
    public ulong? MaxReplicas { get; init; }
}

/// <summary>A network of a task.</summary>
public sealed record NetworkAttachmentConfig
{
    /// <summary>The network's id. (A name is taken too, but resolved only once.)</summary>
    public required string Target { get; init; }

    /// <summary>More names of the service in that network.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Options for the network's driver.</summary>
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }
}
