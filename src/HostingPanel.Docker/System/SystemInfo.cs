using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>An answer to "are you there".</summary>
public sealed record PingResponse
{
    /// <summary>The newest API version the engine speaks; null when it does not say.</summary>
    public ApiVersion? ApiVersion { get; init; }

    /// <summary>linux or windows.</summary>
    public string? OsType { get; init; }

    /// <summary>The builder it prefers: 1 classic, 2 BuildKit.</summary>
    public string? BuilderVersion { get; init; }

    /// <summary>Its place in a swarm (API 1.42 and newer): inactive, pending, error, locked, active/worker, active/manager.</summary>
    public string? Swarm { get; init; }
}

/// <summary>Which engine this is.</summary>
public sealed record SystemVersion
{
    /// <summary>The engine's version, such as 20.10.24.</summary>
    public required string Version { get; init; }

    /// <summary>The newest API version it speaks.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The oldest API version it speaks.</summary>
    [JsonPropertyName("MinAPIVersion")]
    public string? MinApiVersion { get; init; }

    /// <summary>The operating system.</summary>
    public string? Os { get; init; }

    /// <summary>The processor's kind, in Go's words: amd64, arm64.</summary>
    public string? Arch { get; init; }

    /// <summary>The kernel's version.</summary>
    public string? KernelVersion { get; init; }
}

/// <summary>What the engine says about itself and its machine.</summary>
public sealed record SystemInfo
{
    /// <summary>The engine's own id.</summary>
    [JsonPropertyName("ID")]
    public string? Id { get; init; }

    /// <summary>The machine's host name.</summary>
    public string? Name { get; init; }

    /// <summary>The engine's version.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Containers of all kinds.</summary>
    public int Containers { get; init; }

    /// <summary>Containers that run.</summary>
    public int ContainersRunning { get; init; }

    /// <summary>Images.</summary>
    public int Images { get; init; }

    /// <summary>The storage driver, such as overlay2.</summary>
    public string? Driver { get; init; }

    /// <summary>How containers' output is kept by default.</summary>
    public string? LoggingDriver { get; init; }

    /// <summary>Where the engine keeps its data.</summary>
    public string? DockerRootDir { get; init; }

    /// <summary>1 or 2.</summary>
    public string? CgroupVersion { get; init; }

    /// <summary>cgroupfs, systemd or none.</summary>
    public string? CgroupDriver { get; init; }

    /// <summary>Processors.</summary>
    [JsonPropertyName("NCPU")]
    public int CpuCount { get; init; }

    /// <summary>Bytes of memory.</summary>
    public long MemTotal { get; init; }

    /// <summary>Limits on memory work.</summary>
    public bool MemoryLimit { get; init; }

    /// <summary>Limits on the number of processes work.</summary>
    public bool PidsLimit { get; init; }

    /// <summary>Containers survive the engine's restart. Does not go together with a swarm.</summary>
    public bool LiveRestoreEnabled { get; init; }

    /// <summary>linux or windows.</summary>
    [JsonPropertyName("OSType")]
    public string? OsType { get; init; }

    /// <summary>The operating system's name for people.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The processor's kind.</summary>
    public string? Architecture { get; init; }

    /// <summary>The kernel's version.</summary>
    public string? KernelVersion { get; init; }

    /// <summary>AppArmor, seccomp, rootless, ... as <c>name=...</c>.</summary>
    public IReadOnlyList<string> SecurityOptions
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>What the engine is unhappy about.</summary>
    public IReadOnlyList<string> Warnings
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The machine's place in a swarm.</summary>
    public SwarmInfo Swarm
    {
        get;
        init => field = value ?? new SwarmInfo();
    } = new();
}

/// <summary>A machine's place in a swarm.</summary>
public sealed record SwarmInfo
{
    /// <summary>This machine's id in the swarm; empty when there is none.</summary>
    [JsonPropertyName("NodeID")]
    public string? NodeId { get; init; }

    /// <summary>The address it is known by.</summary>
    public string? NodeAddr { get; init; }

    /// <summary>Whether it is in a swarm.</summary>
    public LocalNodeState LocalNodeState { get; init; }

    /// <summary>It is a manager.</summary>
    public bool ControlAvailable { get; init; }

    /// <summary>What went wrong with its membership.</summary>
    public string? Error { get; init; }

    /// <summary>Nodes in the swarm; only managers know.</summary>
    public int? Nodes { get; init; }

    /// <summary>Managers in the swarm; only managers know.</summary>
    public int? Managers { get; init; }

    /// <summary>The swarm; only managers know.</summary>
    public ClusterInfo? Cluster { get; init; }
}

/// <summary>Whether a machine is in a swarm.</summary>
[JsonConverter(typeof(LenientEnumConverter<LocalNodeState>))]
public enum LocalNodeState
{
    /// <summary>A word of the engine that this client does not know, or none.</summary>
    Unknown,

    /// <summary>In none.</summary>
    Inactive,

    /// <summary>Joining.</summary>
    Pending,

    /// <summary>In one.</summary>
    Active,

    /// <summary>Its membership failed.</summary>
    Error,

    /// <summary>In one whose keys must be unlocked first.</summary>
    Locked,
}

/// <summary>Something happened in the engine.</summary>
public sealed record EventMessage
{
    /// <summary>The kind of object: container, image, volume, network, daemon, service, node, secret, config.</summary>
    public string? Type { get; init; }

    /// <summary>What happened: create, start, die, oom, destroy, <c>health_status: healthy</c>, update, remove, ...</summary>
    public string? Action { get; init; }

    /// <summary>To which object.</summary>
    public EventActor Actor
    {
        get;
        init => field = value ?? new EventActor();
    } = new();

    /// <summary>local or swarm.</summary>
    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    /// <summary>When, in nanoseconds since 1970.</summary>
    [JsonPropertyName("timeNano")]
    public long TimeNano { get; init; }

    /// <summary>When, exact to 100 ns.</summary>
    [JsonIgnore]
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(TimeNano / TimeSpan.NanosecondsPerTick);
}

/// <summary>The object of an event.</summary>
public sealed record EventActor
{
    /// <summary>Its id; for volumes, its name.</summary>
    [JsonPropertyName("ID")]
    public string? Id { get; init; }

    /// <summary>Its labels and what belongs to the event: name, image, exitCode, signal, ...</summary>
    public IReadOnlyDictionary<string, string> Attributes
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;
}

/// <summary>What takes the engine's disk space.</summary>
public sealed record DiskUsage
{
    /// <summary>Bytes of all image layers together, each counted once.</summary>
    public long LayersSize { get; init; }

    /// <summary>Images, with the space they share.</summary>
    public IReadOnlyList<ImageSummary> Images
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Containers, with what they wrote.</summary>
    public IReadOnlyList<ContainerSummary> Containers
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Volumes, with <see cref="VolumeResponse.UsageData"/>.</summary>
    public IReadOnlyList<VolumeResponse> Volumes
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>What builds keep for the next one.</summary>
    public IReadOnlyList<BuildCacheRecord> BuildCache
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>A piece of a build that is kept.</summary>
public sealed record BuildCacheRecord
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public string? Id { get; init; }

    /// <summary>Used by a build right now.</summary>
    public bool InUse { get; init; }

    /// <summary>Shared with others.</summary>
    public bool Shared { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }
}
