namespace HostingPanel.Platform;

/// <summary>Whose a thing in the engine is; becomes its labels.</summary>
/// <param name="SiteId">The site, or null for a thing of the panel's own.</param>
/// <param name="OrganisationId">The site's organisation.</param>
/// <param name="OperationId">The operation that made it, where one did.</param>
public sealed record Ownership(Guid? SiteId, Guid? OrganisationId, Guid? OperationId = null);

/// <summary>An overlay network, internal unless it says otherwise.</summary>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Subnet">Its range in CIDR notation; null for one out of the engine's own pool.</param>
/// <param name="Owner">Whose it is.</param>
public sealed record NetworkDefinition(string Name, string? Subnet, Ownership Owner)
{
    /// <summary>True for the one of the panel's own by which its jobs reach the world; what sites stand on never leads out.</summary>
    public bool LeadsOut { get; init; }
}

/// <summary>A secret's value under its name.</summary>
public sealed record SecretDefinition(string Name, ReadOnlyMemory<byte> Value, Ownership Owner);

/// <summary>A volume by its identity.</summary>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Identity">What its marker file must say.</param>
/// <param name="Uid">Numeric owner of its root.</param>
/// <param name="Gid">Numeric group of its root.</param>
/// <param name="Mode">Permission bits of its root.</param>
/// <param name="Owner">Whose it is.</param>
public sealed record VolumeDefinition(string Name, Guid Identity, int Uid, int Gid, UnixFileMode Mode, Ownership Owner)
{
    /// <summary>A directory that it has from its first moment, with its root's owner and permission bits; null for none.</summary>
    public string? Directory { get; init; }

    /// <summary>One that only root may enter.</summary>
    public static VolumeDefinition OfRoot(string name, Guid identity, Ownership owner) =>
        new(name, identity, Uid: 0, Gid: 0, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, owner);
}

/// <summary>A volume's place in a container.</summary>
public sealed record VolumeMount(string VolumeName, Guid Identity, string Path, bool ReadOnly = false);

/// <summary>A secret's place in a container: <c>/run/secrets/&lt;FileName&gt;</c>, readable by <paramref name="Uid"/> only.</summary>
public sealed record SecretMount(string SecretName, string FileName, int Uid, int Gid);

/// <summary>What a container may use at most.</summary>
/// <param name="MemoryBytes">Memory, hard limit.</param>
/// <param name="NanoCpus">Billionths of a processor.</param>
/// <param name="Pids">Processes and threads.</param>
public sealed record ResourceLimits(long MemoryBytes, long NanoCpus, int Pids);

/// <summary>A file system in memory; gone with the container.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">How much it may hold.</param>
public sealed record TmpfsMount(string Path, long Bytes);

/// <summary>A health check in place of the image's own.</summary>
public sealed record HealthCheckDefinition(
    IReadOnlyList<string> Command,
    TimeSpan Interval,
    TimeSpan Timeout,
    int Retries,
    TimeSpan StartPeriod
);

/// <summary>
/// Everything that a container of a site can be told. There are, on purpose, no words here for host paths, ports, devices,
/// privileges or foreign networks.
/// </summary>
public sealed record ContainerDefinition
{
    /// <summary>The image's reference.</summary>
    public required string Image { get; init; }

    /// <summary>Whose it is.</summary>
    public required Ownership Owner { get; init; }

    /// <summary>The program with its arguments, or null for the image's own.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Numeric <c>uid:gid</c>, or null for the image's own.</summary>
    public string? User { get; init; }

    /// <summary>Environment variables; values arrive byte for byte.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Secrets, as files.</summary>
    public IReadOnlyList<SecretMount> Secrets { get; init; } = [];

    /// <summary>Volumes.</summary>
    public IReadOnlyList<VolumeMount> Volumes { get; init; } = [];

    /// <summary>Paths that are writable memory.</summary>
    public IReadOnlyList<TmpfsMount> Tmpfs { get; init; } = [];

    /// <summary>A health check in place of the image's, or null for that.</summary>
    public HealthCheckDefinition? Health { get; init; }

    /// <summary>True when everything but volumes and <see cref="Tmpfs"/> is read-only.</summary>
    public bool ReadOnlyRoot { get; init; } = true;

    /// <summary>Capabilities added to none; only those of the blueprint format's list, and for tools <see cref="ToolCapabilities"/>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Limits.</summary>
    public required ResourceLimits Limits { get; init; }

    /// <summary>The networks it joins with the names by which others find it there. Without any it joins one that leads nowhere.</summary>
    public IReadOnlyList<NetworkAttachment> Networks { get; init; } = [];
}

/// <summary>A network with the aliases of a container on it.</summary>
public sealed record NetworkAttachment(string Network, IReadOnlyList<string> Aliases);

/// <summary>A long-running service.</summary>
public sealed record ServiceDefinition
{
    /// <summary>Its name in the engine.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in the blueprint.</summary>
    public required string Service { get; init; }

    /// <summary>What each of its containers is.</summary>
    public required ContainerDefinition Container { get; init; }

    /// <summary>How many containers; 0 is stopped.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Raised to replace the containers although nothing else changed.</summary>
    public int Generation { get; init; }

    /// <summary>True where a new container starts before the old one stops; false where both can't share a volume.</summary>
    public bool StartFirst { get; init; }

    /// <summary>How long a container may take to stop after SIGTERM.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>A container that runs to its end once.</summary>
/// <param name="Name">Its name in the engine; deterministic per operation.</param>
/// <param name="OperationId">The operation that it is a part of.</param>
/// <param name="Container">What it is.</param>
/// <param name="Timeout">How long it may take.</param>
public sealed record JobDefinition(string Name, Guid OperationId, ContainerDefinition Container, TimeSpan Timeout)
{
    /// <summary>
    /// True for a program of the panel's own, in the toolbox image, that looks after volumes: it may be given
    /// <see cref="ToolCapabilities"/>. What a site brought never runs so.
    /// </summary>
    public bool IsTool { get; init; }

    /// <summary>
    /// False for one that only looks: it also starts on volumes whose marker file is missing, for whoever may write to a volume can take
    /// that away, and would not be counted any more.
    /// </summary>
    public bool ComparesMarkers { get; init; } = true;

    /// <summary>True for one that steps back wherever a site wants the processor at the same time.</summary>
    public bool StepsBack { get; init; }
}

/// <summary>What the panel's own tools may be given beyond what a site's containers may: to read and to make files of every owner, exactly.</summary>
public static class ToolCapabilities
{
    /// <summary>To read what belongs to others, and nothing else.</summary>
    public const string Read = "DAC_READ_SEARCH";

    /// <summary>All of them: reading, and writing with owners, modes, set-id bits and file capabilities as they were.</summary>
    public static IReadOnlyList<string> Allowed { get; } = [Read, "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETFCAP"];
}

/// <summary>How a job ended.</summary>
/// <param name="ExitCode">0 is success; -1 when it never ran or was killed by its time-out.</param>
/// <param name="Output">The last lines of its standard output, oldest first.</param>
/// <param name="Error">The last lines of its standard error, or the engine's reason.</param>
public sealed record JobResult(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Error);

/// <summary>One line of a container's output.</summary>
/// <param name="At">When the engine read it.</param>
/// <param name="IsError">True for standard error.</param>
/// <param name="Text">The line without its end.</param>
public sealed record LogLine(DateTimeOffset? At, bool IsError, string Text);

/// <summary>A volume as the engine shows it.</summary>
/// <param name="Name">Its name in the engine.</param>
/// <param name="NodeId">The engine's id of the node that it is on.</param>
/// <param name="NodeName">That node's host name.</param>
/// <param name="IsOurs">True when it carries this installation's label.</param>
/// <param name="CreatedAt">When the engine made it.</param>
/// <param name="UsedBy">The containers that have it, running or not.</param>
/// <param name="Obstacle">Why it can't become a site's: it is no plain directory of the engine's own. Null when nothing speaks against it.</param>
public sealed record VolumeObservation(
    string Name,
    string NodeId,
    string NodeName,
    bool IsOurs,
    DateTimeOffset? CreatedAt,
    IReadOnlyList<string> UsedBy,
    string? Obstacle
);

/// <summary>A container of a site's service that runs.</summary>
/// <param name="Id">The engine's id.</param>
/// <param name="Service">Its service's name in the blueprint.</param>
/// <param name="MountPaths">Where something is mounted in it: volumes and memory.</param>
/// <param name="Changes">What differs from its image in its writable layer, directories on the way included.</param>
public sealed record ContainerObservation(string Id, string Service, IReadOnlyList<string> MountPaths, IReadOnlyList<LayerChange> Changes);

/// <summary>A path in a container that is not as in its image.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Kind">How it differs.</param>
public sealed record LayerChange(string Path, LayerChangeKind Kind);

/// <summary>How a path differs from the image.</summary>
public enum LayerChangeKind
{
    /// <summary>Other contents or rights; of a directory also that something below it differs.</summary>
    Modified,

    /// <summary>The image does not have it.</summary>
    Added,

    /// <summary>The image has it.</summary>
    Deleted,
}
