using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>A swarm service as it is (the API's <c>Service</c>).</summary>
public sealed record SwarmService
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>What an update must name.</summary>
    public required ObjectVersion Version { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What it is meant to be.</summary>
    public required ServiceSpec Spec { get; init; }

    /// <summary>What it was meant to be before the last update.</summary>
    public ServiceSpec? PreviousSpec { get; init; }

    /// <summary>Its ports and addresses.</summary>
    public ServiceEndpoint? Endpoint { get; init; }

    /// <summary>How the last update is going; null when there was none.</summary>
    public UpdateStatus? UpdateStatus { get; init; }

    /// <summary>Counts of tasks; only in a list that asked for it.</summary>
    public ServiceStatus? ServiceStatus { get; init; }

    /// <summary>Only for jobs.</summary>
    public JobStatus? JobStatus { get; init; }
}

/// <summary>Ports and addresses of a service.</summary>
public sealed record ServiceEndpoint
{
    /// <summary>As asked for, with the engine's defaults.</summary>
    public EndpointSpec? Spec { get; init; }

    /// <summary>Ports as published, the engine's choices included.</summary>
    public IReadOnlyList<EndpointPortConfig> Ports
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>How an update is going.</summary>
public sealed record UpdateStatus
{
    /// <summary>Where it stands.</summary>
    public UpdateState State { get; init; }

    /// <summary>When it began.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>In the engine's words.</summary>
    public string? Message { get; init; }
}

/// <summary>Where an update stands.</summary>
[JsonConverter(typeof(LenientEnumConverter<UpdateState>))]
public enum UpdateState
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>Tasks are being replaced.</summary>
    Updating,

    /// <summary>Stopped after failures.</summary>
    Paused,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Going back to the previous spec.</summary>
    RollbackStarted,

    /// <summary>Going back failed, too.</summary>
    RollbackPaused,

    /// <summary>Back at the previous spec.</summary>
    RollbackCompleted,
}

/// <summary>Counts of a service's tasks.</summary>
public sealed record ServiceStatus
{
    /// <summary>Running now.</summary>
    public ulong RunningTasks { get; init; }

    /// <summary>Meant to run.</summary>
    public ulong DesiredTasks { get; init; }

    /// <summary>Ended well; only for jobs.</summary>
    public ulong CompletedTasks { get; init; }
}

/// <summary>Where a job stands.</summary>
public sealed record JobStatus
{
    /// <summary>Grows when the job is run again.</summary>
    public ObjectVersion? JobIteration { get; init; }

    /// <summary>When it was last begun.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? LastExecution { get; init; }
}

/// <summary>The new service.</summary>
internal sealed record ServiceCreateResponse
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>The old engine's single warning.</summary>
    public string? Warning { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>What the engine had to say about an update.</summary>
internal sealed record ServiceUpdateResponse
{
    public IReadOnlyList<string>? Warnings { get; init; }
}
