using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>What a single container runs; also an image's defaults.</summary>
public record ContainerConfig
{
    /// <summary>Reference of the image.</summary>
    public string? Image { get; init; }

    /// <summary>The host name inside.</summary>
    public string? Hostname { get; init; }

    /// <summary>User inside, by name or number, with <c>:group</c> if wanted.</summary>
    public string? User { get; init; }

    /// <summary>Environment as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Command, or what is given to the entry point.</summary>
    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Entry point.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Working directory.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>A terminal: its log is then one raw stream instead of two.</summary>
    public bool? Tty { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The signal that asks it to stop.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Seconds between that signal and the kill.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>When it counts as healthy.</summary>
    public HealthConfig? Healthcheck { get; init; }

    /// <summary>Paths that get an anonymous volume when nothing is mounted there.</summary>
    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; init; }

    /// <summary>Ports it listens on, as <c>80/tcp</c>; publishes nothing.</summary>
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; init; }
}

/// <summary>The <c>{}</c> that the engine keeps sets with.</summary>
public sealed record EmptyObject;

/// <summary>A container to be made.</summary>
public sealed record ContainerCreateRequest : ContainerConfig
{
    /// <summary>Its name; null lets the engine invent one.</summary>
    [JsonIgnore]
    public string? Name { get; init; }

    /// <summary>What it gets of the machine.</summary>
    public HostConfig? HostConfig { get; init; }

    /// <summary>Its networks.</summary>
    public NetworkingConfig? NetworkingConfig { get; init; }
}

/// <summary>What changes of what a container may use; what is null stays.</summary>
public sealed record ContainerUpdateRequest
{
    /// <summary>Its weight where several want the processor; a container that nobody has set one for has 1024. The least is 2.</summary>
    public long? CpuShares { get; init; }
}

/// <summary>What a container gets of its machine.</summary>
public sealed record HostConfig
{
    /// <summary>Volumes and memory file systems.</summary>
    public IReadOnlyList<Mount>? Mounts { get; init; }

    /// <summary>none, bridge, or a network's name.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>Removed when it ends.</summary>
    public bool? AutoRemove { get; init; }

    /// <summary>The root file system can't be written.</summary>
    public bool? ReadonlyRootfs { get; init; }

    /// <summary>Capabilities beyond the default ones.</summary>
    public IReadOnlyList<string>? CapAdd { get; init; }

    /// <summary>Capabilities taken away.</summary>
    public IReadOnlyList<string>? CapDrop { get; init; }

    /// <summary><c>no-new-privileges</c> and its kin.</summary>
    public IReadOnlyList<string>? SecurityOpt { get; init; }

    /// <summary>The engine's own init as process 1.</summary>
    public bool? Init { get; init; }

    /// <summary>Its weight where several want the processor; 0 for one that nobody has set, which counts as 1024.</summary>
    public long? CpuShares { get; init; }

    /// <summary>Bytes of memory.</summary>
    public long? Memory { get; init; }

    /// <summary>Bytes of memory and swap together; -1 is without limit.</summary>
    public long? MemorySwap { get; init; }

    /// <summary>Billionths of a processor.</summary>
    [JsonPropertyName("NanoCpus")]
    public long? NanoCpus { get; init; }

    /// <summary>Processes and threads.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>Memory file systems: options by path.</summary>
    public IReadOnlyDictionary<string, string>? Tmpfs { get; init; }

    /// <summary>Where its output goes.</summary>
    public LogConfig? LogConfig { get; init; }

    /// <summary>Published ports, by the container's port (<c>80/tcp</c>).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>>? PortBindings { get; init; }

    /// <summary>Kernel settings of its namespaces.</summary>
    public IReadOnlyDictionary<string, string>? Sysctls { get; init; }

    /// <summary>Resource limits of its processes.</summary>
    public IReadOnlyList<Ulimit>? Ulimits { get; init; }

    /// <summary>Lines for /etc/hosts: <c>name:address</c>.</summary>
    public IReadOnlyList<string>? ExtraHosts { get; init; }
}

/// <summary>Where a container's output goes.</summary>
public sealed record LogConfig
{
    /// <summary>json-file, local, journald, none, ...</summary>
    public string? Type { get; init; }

    /// <summary>What the driver is told.</summary>
    public IReadOnlyDictionary<string, string>? Config { get; init; }
}

/// <summary>Where a port is published.</summary>
public sealed record PortBinding
{
    /// <summary>The machine's address; absent is all of them.</summary>
    public string? HostIp { get; init; }

    /// <summary>The machine's port, as text; empty lets the engine choose.</summary>
    public string? HostPort { get; init; }
}

/// <summary>Networks a container begins in.</summary>
public sealed record NetworkingConfig
{
    /// <summary>By the network's name. Engines before API 1.44 take one at most.</summary>
    public IReadOnlyDictionary<string, EndpointSettings>? EndpointsConfig { get; init; }
}

/// <summary>A container's place in a network.</summary>
public sealed record EndpointSettings
{
    /// <summary>More names of the container in it.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>The network's id.</summary>
    [JsonPropertyName("NetworkID")]
    public string? NetworkId { get; init; }

    /// <summary>Its address.</summary>
    [JsonPropertyName("IPAddress")]
    public string? IpAddress { get; init; }

    /// <summary>The subnet's prefix length.</summary>
    [JsonPropertyName("IPPrefixLen")]
    public int? IpPrefixLength { get; init; }

    /// <summary>The way out.</summary>
    public string? Gateway { get; init; }
}

/// <summary>The new container.</summary>
internal sealed record ContainerCreateResponse
{
    public required string Id { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }
}
