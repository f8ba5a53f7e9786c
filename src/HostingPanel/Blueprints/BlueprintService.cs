namespace HostingPanel.Blueprints;

/// <summary>One single-purpose container of a site.</summary>
/// <param name="Name">Its name, and the host name by which the site's other services find it on the site's own network.</param>
/// <param name="Image">The name of a folder in <c>docker/images</c>; never a reference with registry or tag.</param>
/// <param name="User">The numeric user the container runs as; its secrets belong to it and are readable by nobody else.</param>
/// <param name="ReadOnlyRoot">Whether the container's root file system is read-only.</param>
/// <param name="Capabilities">What is added after all capabilities were dropped; each is one of <see cref="BlueprintCapabilities.Allowed"/>.</param>
/// <param name="Environment">Variables, in the file's order; see <see cref="EnvironmentTemplate"/>.</param>
/// <param name="Secrets">Names of the secrets mounted at <c>/run/secrets/&lt;name&gt;</c>, without the implicit <c>init.sql</c>.</param>
/// <param name="Mounts">The volumes, outer paths before the paths inside them.</param>
/// <param name="Tmpfs">Memory file systems, always with <c>/tmp</c> and <c>/run</c>.</param>
/// <param name="After">Services that must be healthy before this one starts.</param>
/// <param name="Limits">The default limits; a plan may raise or lower them.</param>
/// <param name="StopGrace">How long the container may take to stop before it is killed.</param>
/// <param name="Health">Replaces the image's own health check; null keeps the image's.</param>
public sealed record BlueprintService(
    string Name,
    string Image,
    NumericUser User,
    bool ReadOnlyRoot,
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<BlueprintVariable> Environment,
    IReadOnlyList<string> Secrets,
    IReadOnlyList<BlueprintMount> Mounts,
    IReadOnlyList<BlueprintTmpfs> Tmpfs,
    IReadOnlyList<string> After,
    BlueprintLimits Limits,
    TimeSpan StopGrace,
    BlueprintHealth? Health
);

/// <summary>A numeric user and group, as images and volumes use them.</summary>
/// <param name="Uid">The user's number.</param>
/// <param name="Gid">The group's number.</param>
public sealed record NumericUser(int Uid, int Gid)
{
    /// <summary>As the engine wants it: <c>uid:gid</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Uid}:{Gid}");
}

/// <summary>A variable of a container's environment.</summary>
/// <param name="Name">Upper-case letters, digits and underscores.</param>
/// <param name="Value">Its value for any site.</param>
public sealed record BlueprintVariable(string Name, EnvironmentTemplate Value);

/// <summary>Where a service sees a volume.</summary>
/// <param name="Volume">The volume's name.</param>
/// <param name="Path">An absolute, normalised path without spaces.</param>
/// <param name="ReadOnly">Whether the service may only read it.</param>
public sealed record BlueprintMount(string Volume, string Path, bool ReadOnly);

/// <summary>A file system in memory; its contents end with the container.</summary>
/// <param name="Path">An absolute, normalised path.</param>
/// <param name="Bytes">How much it may hold.</param>
public sealed record BlueprintTmpfs(string Path, long Bytes);

/// <summary>What a service may use.</summary>
/// <param name="Memory">Bytes of memory; above it the container is killed.</param>
/// <param name="Cpus">Processors, in fractions.</param>
/// <param name="Pids">Processes and threads.</param>
public sealed record BlueprintLimits(long Memory, decimal Cpus, int Pids)
{
    /// <summary><see cref="Cpus"/> in the engine's unit, billionths of a processor.</summary>
    public long NanoCpus => (long)(Cpus * 1_000_000_000m);
}

/// <summary>A container's own health check, in place of its image's.</summary>
/// <param name="Command">Program and arguments, run without a shell.</param>
/// <param name="Interval">Between two checks.</param>
/// <param name="Timeout">A check that takes longer has failed.</param>
/// <param name="Retries">So many failures in a row make it unhealthy.</param>
/// <param name="StartPeriod">Failures this soon after the start don't count.</param>
public sealed record BlueprintHealth(IReadOnlyList<string> Command, TimeSpan Interval, TimeSpan Timeout, int Retries, TimeSpan StartPeriod);

/// <summary>The capabilities a blueprint may ask for.</summary>
public static class BlueprintCapabilities
{
    /// <summary>Everything a well-behaved server might need that starts as root and changes to its own user; nothing that reaches the node.</summary>
    public static IReadOnlyList<string> Allowed { get; } =
    ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];
}
