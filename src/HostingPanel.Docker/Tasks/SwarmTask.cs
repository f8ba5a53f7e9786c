using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>One run of a service (the API's <c>Task</c>). A task is never started twice: what failed is followed by a new task.</summary>
public sealed record SwarmTask
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>Grows with every change of state.</summary>
    public required ObjectVersion Version { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Its labels; a task made by a service has none of the service's.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;

    /// <summary>What it runs: the service's template when it was made.</summary>
    public required TaskSpec Spec { get; init; }

    /// <summary>The service it belongs to.</summary>
    [JsonPropertyName("ServiceID")]
    public string? ServiceId { get; init; }

    /// <summary>Which of the replicas it is, from 1; absent for global services.</summary>
    public int? Slot { get; init; }

    /// <summary>The node it runs on; null while it has none.</summary>
    [JsonPropertyName("NodeID")]
    public string? NodeId { get; init; }

    /// <summary>Where it stands.</summary>
    public required SwarmTaskStatus Status { get; init; }

    /// <summary>Where it is meant to be.</summary>
    public TaskState DesiredState { get; init; }

    /// <summary>Which run of its job it belongs to.</summary>
    public ObjectVersion? JobIteration { get; init; }

    /// <summary>Its addresses in its networks.</summary>
    public IReadOnlyList<NetworkAttachment> NetworksAttachments
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>Where a task stands.</summary>
public sealed record SwarmTaskStatus
{
    /// <summary>When that was.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The state.</summary>
    public TaskState State { get; init; }

    /// <summary>The state in the engine's words.</summary>
    public string? Message { get; init; }

    /// <summary>Why it failed or can't be placed, in the engine's words.</summary>
    public string? Err { get; init; }

    /// <summary>The container, once there is one.</summary>
    public ContainerStatus? ContainerStatus { get; init; }
}

/// <summary>The container of a task.</summary>
public sealed record ContainerStatus
{
    /// <summary>The container's id.</summary>
    [JsonPropertyName("ContainerID")]
    public string? ContainerId { get; init; }

    /// <summary>Its first process on the node; 0 when it does not run.</summary>
    [JsonPropertyName("PID")]
    public int Pid { get; init; }

    /// <summary>How it ended; 0 while it runs. 137 is a kill, most often for want of memory.</summary>
    public int ExitCode { get; init; }
}

/// <summary>The states of a task. They only move forward, in this order (the ends are alternatives).</summary>
[JsonConverter(typeof(LenientEnumConverter<TaskState>))]
public enum TaskState
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>Made. Staying here without an error means that its network has no address left.</summary>
    New,

    /// <summary>Has its resources.</summary>
    Allocated,

    /// <summary>Waits for a node.</summary>
    Pending,

    /// <summary>Has a node.</summary>
    Assigned,

    /// <summary>The node took it.</summary>
    Accepted,

    /// <summary>The node fetches the image and makes the container.</summary>
    Preparing,

    /// <summary>The container exists.</summary>
    Ready,

    /// <summary>It starts; with a health check, until that succeeds.</summary>
    Starting,

    /// <summary>It runs and, with a health check, is healthy.</summary>
    Running,

    /// <summary>It ended with exit code 0.</summary>
    Complete,

    /// <summary>It was told to stop.</summary>
    Shutdown,

    /// <summary>It ended with another exit code.</summary>
    Failed,

    /// <summary>The node could not make or start the container: no image, no volume, no program.</summary>
    Rejected,

    /// <summary>It is being removed.</summary>
    Remove,

    /// <summary>Its node has been gone for too long.</summary>
    Orphaned,
}

/// <summary>A task's place in a network.</summary>
public sealed record NetworkAttachment
{
    /// <summary>The network.</summary>
    public AttachedNetwork? Network { get; init; }

    /// <summary>Addresses with their prefix length: 10.0.1.3/24.</summary>
    public IReadOnlyList<string> Addresses
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>A swarm network as tasks see it.</summary>
public sealed record AttachedNetwork
{
    /// <summary>The network's id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>Its name and labels.</summary>
    public Annotations? Spec { get; init; }
}

/// <summary>Name and labels of a swarm object.</summary>
public sealed record Annotations
{
    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
