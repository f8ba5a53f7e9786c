using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>The version of a swarm object. An update must name the newest one; see <see cref="UpdateOutOfSequenceException"/>.</summary>
public sealed record ObjectVersion
{
    /// <summary>Grows with every change of the object.</summary>
    public ulong Index { get; init; }
}

/// <summary>A driver and its options: of a log, a volume, an address plan.</summary>
public sealed record Driver
{
    /// <summary>The driver's name.</summary>
    public string? Name { get; init; }

    /// <summary>What it is told.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}

/// <summary>A health check of a container. What is absent is taken from the image.</summary>
public sealed record HealthConfig
{
    /// <summary><c>["NONE"]</c> switches it off; <c>["CMD", args...]</c> runs a program; <c>["CMD-SHELL", text]</c> asks a shell.</summary>
    public IReadOnlyList<string>? Test { get; init; }

    /// <summary>Time between two checks; at least 1 ms.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? Interval { get; init; }

    /// <summary>How long one check may take; at least 1 ms.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Failures in a row that make it unhealthy.</summary>
    public int? Retries { get; init; }

    /// <summary>Time after the start in which failures do not count.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>Time between two checks in the start period (API 1.44 and newer; older engines ignore it).</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? StartInterval { get; init; }
}

/// <summary>A resource limit of a process, as setrlimit knows it.</summary>
public sealed record Ulimit
{
    /// <summary>nofile, nproc, core, ...</summary>
    public required string Name { get; init; }

    /// <summary>The limit that applies.</summary>
    public long Soft { get; init; }

    /// <summary>The most the process may raise it to.</summary>
    public long Hard { get; init; }
}

/// <summary>Something mounted into a container.</summary>
public sealed record Mount
{
    /// <summary>Where it appears in the container.</summary>
    public required string Target { get; init; }

    /// <summary>The volume's name, or the directory of a bind mount. A volume that does not exist is made, empty, without a word.</summary>
    public string? Source { get; init; }

    /// <summary>What it is.</summary>
    public MountType Type { get; init; } = MountType.Volume;

    /// <summary>Not writable from the container.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Only for bind mounts.</summary>
    public BindOptions? BindOptions { get; init; }

    /// <summary>Only for volumes.</summary>
    public VolumeOptions? VolumeOptions { get; init; }

    /// <summary>Only for memory file systems.</summary>
    public TmpfsOptions? TmpfsOptions { get; init; }
}

/// <summary>Kinds of mounts.</summary>
[JsonConverter(typeof(LenientEnumConverter<MountType>))]
public enum MountType
{
    /// <summary>A word of the engine that this client does not know.</summary>
    Unknown,

    /// <summary>A directory of the machine.</summary>
    Bind,

    /// <summary>A named or anonymous volume.</summary>
    Volume,

    /// <summary>A file system in memory.</summary>
    Tmpfs,

    /// <summary>Files of an image.</summary>
    Image,

    /// <summary>A Windows pipe.</summary>
    Npipe,

    /// <summary>A cluster volume.</summary>
    Cluster,
}

/// <summary>Options of a bind mount.</summary>
public sealed record BindOptions
{
    /// <summary>private, rprivate, shared, rshared, slave, rslave.</summary>
    public string? Propagation { get; init; }

    /// <summary>Leaves out what is mounted below the source.</summary>
    public bool? NonRecursive { get; init; }
}

/// <summary>Options of a volume mount.</summary>
public sealed record VolumeOptions
{
    /// <summary>An empty volume is not filled with what the image has at the target.</summary>
    public bool? NoCopy { get; init; }

    /// <summary>Labels for the volume, if the mount makes it.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The driver, if the mount makes the volume.</summary>
    public Driver? DriverConfig { get; init; }

    /// <summary>Only this directory of the volume (API 1.45 and newer).</summary>
    public string? Subpath { get; init; }
}

/// <summary>Options of a file system in memory.</summary>
public sealed record TmpfsOptions
{
    /// <summary>Bytes; null is half of the machine's memory.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Permissions of its root, with the sticky bit where wanted.</summary>
    public UnixFileMode? Mode { get; init; }
}

/// <summary>The id the engine gave a thing that was made, and what it had to say about it.</summary>
public sealed record CreateResponse
{
    /// <summary>The new object's id.</summary>
    public required string Id { get; init; }

    /// <summary>The engine's warnings; empty when it had none.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
