using System.Text.Json.Serialization;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>The container of a service's tasks. What is absent is taken from the image.</summary>
public sealed record ContainerSpec
{
    /// <summary>Reference of the image, best with its digest.</summary>
    public required string Image { get; init; }

    /// <summary>Labels of the containers (not of the service).</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Replaces the image's entry point.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Replaces the image's command; given to the entry point.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>The host name inside.</summary>
    public string? Hostname { get; init; }

    /// <summary>Environment as <c>NAME=value</c>; the value arrives byte for byte.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Working directory.</summary>
    public string? Dir { get; init; }

    /// <summary>User inside, by name or number, with <c>:group</c> if wanted.</summary>
    public string? User { get; init; }

    /// <summary>More groups of that user.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>What the process may not gain.</summary>
    public Privileges? Privileges { get; init; }

    /// <summary>A terminal: its log is then one raw stream instead of two.</summary>
    [JsonPropertyName("TTY")]
    public bool? Tty { get; init; }

    /// <summary>The root file system can't be written.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Volumes and memory file systems.</summary>
    public IReadOnlyList<Mount>? Mounts { get; init; }

    /// <summary>The signal that asks it to stop.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Time between that signal and the kill.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? StopGracePeriod { get; init; }

    /// <summary>When it counts as healthy.</summary>
    public HealthConfig? HealthCheck { get; init; }

    /// <summary>Lines for /etc/hosts: <c>address name name...</c></summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>How it resolves names.</summary>
    [JsonPropertyName("DNSConfig")]
    public DnsConfig? DnsConfig { get; init; }

    /// <summary>Secrets that appear as files.</summary>
    public IReadOnlyList<SecretReference>? Secrets { get; init; }

    /// <summary>Configs that appear as files.</summary>
    public IReadOnlyList<ConfigReference>? Configs { get; init; }

    /// <summary>The engine's own init as process 1.</summary>
    public bool? Init { get; init; }

    /// <summary>Kernel settings of its namespaces.</summary>
    public IReadOnlyDictionary<string, string>? Sysctls { get; init; }

    /// <summary>Capabilities beyond the default ones (or beyond none, if ALL are dropped).</summary>
    public IReadOnlyList<string>? CapabilityAdd { get; init; }

    /// <summary>Capabilities taken away; <c>ALL</c> takes all.</summary>
    public IReadOnlyList<string>? CapabilityDrop { get; init; }

    /// <summary>Resource limits of its processes.</summary>
    public IReadOnlyList<Ulimit>? Ulimits { get; init; }

    /// <summary>How willingly the kernel kills it when memory runs out, -1000 to 1000 (API 1.46 and newer; older engines ignore it).</summary>
    public int? OomScoreAdj { get; init; }
}

/// <summary>What a service's process may not gain (API 1.46 and newer; older engines ignore it).</summary>
public sealed record Privileges
{
    /// <summary>No setuid program gives it more rights.</summary>
    public bool? NoNewPrivileges { get; init; }
}

/// <summary>How a container resolves names.</summary>
public sealed record DnsConfig
{
    /// <summary>Addresses of name servers.</summary>
    public IReadOnlyList<string>? Nameservers { get; init; }

    /// <summary>Domains that are tried for short names.</summary>
    public IReadOnlyList<string>? Search { get; init; }

    /// <summary>Options as in resolv.conf.</summary>
    public IReadOnlyList<string>? Options { get; init; }
}

/// <summary>A secret in a container. The engine wants both id and name.</summary>
/// <remarks>
/// One secret referred to twice is one file to engine 20.10: both names then have the owner and the permissions of the last one.
/// </remarks>
public sealed record SecretReference
{
    /// <summary>The file it appears as; a relative name is below /run/secrets.</summary>
    public required FileTarget File { get; init; }

    /// <summary>The secret's id.</summary>
    [JsonPropertyName("SecretID")]
    public required string SecretId { get; init; }

    /// <summary>The secret's name; checked against the id.</summary>
    public required string SecretName { get; init; }
}

/// <summary>A config in a container. The engine wants both id and name.</summary>
public sealed record ConfigReference
{
    /// <summary>The file it appears as; a relative name is below the root.</summary>
    public FileTarget? File { get; init; }

    /// <summary>The config's id.</summary>
    [JsonPropertyName("ConfigID")]
    public required string ConfigId { get; init; }

    /// <summary>The config's name; checked against the id.</summary>
    public required string ConfigName { get; init; }
}

/// <summary>The file a secret or config appears as.</summary>
public sealed record FileTarget
{
    /// <summary>File name or absolute path.</summary>
    public required string Name { get; init; }

    /// <summary>The owner's number, as text.</summary>
    [JsonPropertyName("UID")]
    public string Uid { get; init; } = "0";

    /// <summary>The group's number, as text.</summary>
    [JsonPropertyName("GID")]
    public string Gid { get; init; } = "0";

    /// <summary>Permissions. Always say them: the engine's own default is readable for all.</summary>
    public required UnixFileMode Mode { get; init; }
}
