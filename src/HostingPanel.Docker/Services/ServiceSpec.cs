using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>What a swarm service is meant to be.</summary>
public sealed record ServiceSpec
{
    /// <summary>Unique in the swarm; also its name in DNS.</summary>
    public required string Name { get; init; }

    /// <summary>Labels of the service (not of its containers, see <see cref="ContainerSpec.Labels"/>).</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>What each task runs.</summary>
    public required TaskSpec TaskTemplate { get; init; }

    /// <summary>How many tasks, and whether they run for ever or to an end. Can't be changed later.</summary>
    public ServiceMode? Mode { get; init; }

    /// <summary>How an update replaces tasks. Not for jobs.</summary>
    public UpdateConfig? UpdateConfig { get; init; }

    /// <summary>How a rollback replaces tasks. Not for jobs.</summary>
    public UpdateConfig? RollbackConfig { get; init; }

    /// <summary>How it is found and published. Not for jobs with published ports.</summary>
    public EndpointSpec? EndpointSpec { get; init; }
}

/// <summary>One of the four kinds of services; exactly one is set.</summary>
public sealed record ServiceMode
{
    /// <summary>A number of tasks that run for ever.</summary>
    public ReplicatedService? Replicated { get; init; }

    /// <summary>One task on each node, for ever.</summary>
    public GlobalService? Global { get; init; }

    /// <summary>A number of tasks that run to their end.</summary>
    public ReplicatedJob? ReplicatedJob { get; init; }

    /// <summary>One task on each node, to its end.</summary>
    public GlobalJob? GlobalJob { get; init; }

    /// <summary>So many tasks, for ever.</summary>
    public static ServiceMode Replicas(ulong replicas) => new() { Replicated = new ReplicatedService { Replicas = replicas } };

    /// <summary>One task, run to its end once.</summary>
    public static ServiceMode JobOnce() =>
        new()
        {
            ReplicatedJob = new ReplicatedJob { MaxConcurrent = 1, TotalCompletions = 1 },
        };
}

/// <summary>A number of tasks that run for ever.</summary>
public sealed record ReplicatedService
{
    /// <summary>How many; 0 is a stopped service. Absent is 1.</summary>
    public ulong? Replicas { get; init; }
}

/// <summary>One task on each node.</summary>
public sealed record GlobalService;

/// <summary>Tasks that run to their end. A failed one is tried again as the restart condition says.</summary>
public sealed record ReplicatedJob
{
    /// <summary>How many at once; absent is 1.</summary>
    public ulong? MaxConcurrent { get; init; }

    /// <summary>How many must succeed; absent is as many as run at once.</summary>
    public ulong? TotalCompletions { get; init; }
}

/// <summary>One task on each node, to its end.</summary>
public sealed record GlobalJob;

/// <summary>How tasks are replaced.</summary>
public sealed record UpdateConfig
{
    /// <summary>How many at once; 0 is all.</summary>
    public ulong Parallelism { get; init; } = 1;

    /// <summary>Time between two batches.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? Delay { get; init; }

    /// <summary>What happens when tasks fail.</summary>
    public UpdateFailureAction? FailureAction { get; init; }

    /// <summary>How long a new task is watched for failure; the engine's own choice is 5 s.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? Monitor { get; init; }

    /// <summary>Share of tasks, 0 to 1, that may fail.</summary>
    public double? MaxFailureRatio { get; init; }

    /// <summary>Which comes first, the new task's start or the old one's stop.</summary>
    public UpdateOrder? Order { get; init; }
}

/// <summary>What a failed update does.</summary>
[JsonConverter(typeof(LenientEnumConverter<UpdateFailureAction>))]
public enum UpdateFailureAction
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>Goes on.</summary>
    Continue,

    /// <summary>Stops where it is.</summary>
    Pause,

    /// <summary>Goes back to the previous spec. Not for a rollback itself.</summary>
    Rollback,
}

/// <summary>The order in an update.</summary>
[JsonConverter(typeof(LenientEnumConverter<UpdateOrder>))]
public enum UpdateOrder
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>Old task stops, then the new one starts.</summary>
    StopFirst,

    /// <summary>New task runs, then the old one stops.</summary>
    StartFirst,
}

/// <summary>How a service is found and published.</summary>
public sealed record EndpointSpec
{
    /// <summary>How its name resolves.</summary>
    public EndpointMode? Mode { get; init; }

    /// <summary>Ports published on nodes.</summary>
    public IReadOnlyList<EndpointPortConfig>? Ports { get; init; }
}

/// <summary>How a service's name resolves.</summary>
[JsonConverter(typeof(LenientEnumConverter<EndpointMode>))]
public enum EndpointMode
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>To one virtual address (needs the kernel's IPVS).</summary>
    Vip,

    /// <summary>To the addresses of its tasks.</summary>
    Dnsrr,
}

/// <summary>A published port.</summary>
public sealed record EndpointPortConfig
{
    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>tcp, udp or sctp.</summary>
    public string Protocol { get; init; } = "tcp";

    /// <summary>The port inside the container.</summary>
    public int TargetPort { get; init; }

    /// <summary>The port on the node; 0 lets the engine choose.</summary>
    public int PublishedPort { get; init; }

    /// <summary>On every node, or only where the task runs.</summary>
    public PortPublishMode? PublishMode { get; init; }
}

/// <summary>Where a port is published.</summary>
[JsonConverter(typeof(LenientEnumConverter<PortPublishMode>))]
public enum PortPublishMode
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>On every node, through the routing mesh.</summary>
    Ingress,

    /// <summary>On the node of the task.</summary>
    Host,
}
