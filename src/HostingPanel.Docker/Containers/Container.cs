using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>A container in a list.</summary>
public sealed record ContainerSummary
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its names, each with a slash before it.</summary>
    public IReadOnlyList<string> Names
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The image as it was asked for.</summary>
    public string? Image { get; init; }

    /// <summary>The image's id.</summary>
    [JsonPropertyName("ImageID")]
    public string? ImageId { get; init; }

    /// <summary>When it was made, in seconds since 1970.</summary>
    public long Created { get; init; }

    /// <summary>created, running, paused, restarting, removing, exited, dead.</summary>
    public string? State { get; init; }

    /// <summary>The state for people: <c>Up 3 minutes (healthy)</c>.</summary>
    public string? Status { get; init; }

    /// <summary>Bytes it wrote; only where sizes were asked for.</summary>
    public long? SizeRw { get; init; }

    /// <summary>Bytes of its whole file system; only where sizes were asked for.</summary>
    public long? SizeRootFs { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get;
        init => field = value ?? Empty.Labels;
    } = Empty.Labels;

    /// <summary>What is mounted in it.</summary>
    public IReadOnlyList<MountPoint> Mounts
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>Something that is mounted in a container.</summary>
public sealed record MountPoint
{
    /// <summary>What it is.</summary>
    public MountType Type { get; init; }

    /// <summary>The volume's name.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is on the node.</summary>
    public string? Source { get; init; }

    /// <summary>Where it is in the container.</summary>
    public string? Destination { get; init; }

    /// <summary>Writable from the container.</summary>
    [JsonPropertyName("RW")]
    public bool ReadWrite { get; init; }
}

/// <summary>Everything about a container.</summary>
public sealed record ContainerInspectResponse
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, with a slash before it.</summary>
    public string? Name { get; init; }

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? Created { get; init; }

    /// <summary>The image's id.</summary>
    public string? Image { get; init; }

    /// <summary>How it is.</summary>
    public required ContainerState State { get; init; }

    /// <summary>How often the engine started it again by itself.</summary>
    public int RestartCount { get; init; }

    /// <summary>What it runs.</summary>
    public required ContainerConfig Config { get; init; }

    /// <summary>What it gets of the machine.</summary>
    public HostConfig? HostConfig { get; init; }

    /// <summary>What is mounted in it.</summary>
    public IReadOnlyList<MountPoint> Mounts
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Its networks.</summary>
    public NetworkSettings? NetworkSettings { get; init; }

    /// <summary>Where the engine keeps its output.</summary>
    public string? LogPath { get; init; }
}

/// <summary>How a container is.</summary>
public sealed record ContainerState
{
    /// <summary>created, running, paused, restarting, removing, exited, dead.</summary>
    public string? Status { get; init; }

    /// <summary>It runs.</summary>
    public bool Running { get; init; }

    /// <summary>The kernel killed a process of it for want of memory.</summary>
    [JsonPropertyName("OOMKilled")]
    public bool OomKilled { get; init; }

    /// <summary>Its first process on the node; 0 when it does not run.</summary>
    public int Pid { get; init; }

    /// <summary>How it ended; 0 while it runs.</summary>
    public int ExitCode { get; init; }

    /// <summary>Why it could not be started.</summary>
    public string? Error { get; init; }

    /// <summary>When it was last started; null if never.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it last ended; null if never.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Only with a health check.</summary>
    public ContainerHealth? Health { get; init; }
}

/// <summary>What a health check found.</summary>
public sealed record ContainerHealth
{
    /// <summary>none, starting, healthy, unhealthy.</summary>
    public string? Status { get; init; }

    /// <summary>Failures in a row.</summary>
    public int FailingStreak { get; init; }

    /// <summary>The last checks.</summary>
    public IReadOnlyList<HealthcheckResult> Log
    {
        get;
        init => field = value ?? [];
    } = [];
}

/// <summary>One health check.</summary>
public sealed record HealthcheckResult
{
    /// <summary>When it began.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(GoTimeConverter))]
    public DateTimeOffset? End { get; init; }

    /// <summary>0 is healthy.</summary>
    public int ExitCode { get; init; }

    /// <summary>What it printed, shortened.</summary>
    public string? Output { get; init; }
}

/// <summary>Networks of a container.</summary>
public sealed record NetworkSettings
{
    /// <summary>By the network's name.</summary>
    public IReadOnlyDictionary<string, EndpointSettings>? Networks { get; init; }

    /// <summary>Published ports, by the container's port; null where one is only exposed.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?>? Ports { get; init; }
}

/// <summary>How a container ended.</summary>
public sealed record ContainerWaitResponse
{
    /// <summary>The exit code.</summary>
    public long StatusCode { get; init; }

    /// <summary>What went wrong with the waiting itself.</summary>
    public ContainerWaitError? Error { get; init; }
}

/// <summary>What went wrong with waiting.</summary>
public sealed record ContainerWaitError
{
    /// <summary>In the engine's words.</summary>
    public string? Message { get; init; }
}

/// <summary>What to wait for.</summary>
public enum WaitCondition
{
    /// <summary>It does not run: at once, if it was never started. Start first, then wait: so nothing is missed.</summary>
    NotRunning,

    /// <summary>It ends the next time; an end before the engine took the question does not count.</summary>
    NextExit,

    /// <summary>It is removed.</summary>
    Removed,
}

/// <summary>A file that differs between a container and its image.</summary>
public sealed record FilesystemChange
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>How it differs.</summary>
    public FilesystemChangeKind Kind { get; init; }
}

/// <summary>How a file differs.</summary>
public enum FilesystemChangeKind
{
    /// <summary>Other contents or rights.</summary>
    Modified = 0,

    /// <summary>New.</summary>
    Added = 1,

    /// <summary>Gone.</summary>
    Deleted = 2,
}
