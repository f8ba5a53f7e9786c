using HostingPanel.Blueprints;

namespace HostingPanel.Volumes;

/// <summary>Whether a backup takes something.</summary>
public enum CoverageState
{
    /// <summary>A policy takes it.</summary>
    Covered,

    /// <summary>No policy has to, for a reason that is written down.</summary>
    Excluded,

    /// <summary>No policy does, and nobody has said why not.</summary>
    Uncovered,
}

/// <summary>Whether a backup takes a volume or a database, and why not.</summary>
/// <param name="State">Whether it does.</param>
/// <param name="Reason">Why it is so, for people.</param>
/// <param name="DecidedBy">The person who excluded it; null where the blueprint or nobody did.</param>
/// <param name="DecidedAt">When that was.</param>
/// <param name="LastCoveredAt">When a restore point last took it; null when none ever did.</param>
public sealed record Coverage(
    CoverageState State,
    string Reason,
    string? DecidedBy = null,
    DateTimeOffset? DecidedAt = null,
    DateTimeOffset? LastCoveredAt = null
);

/// <summary>Decides what is covered. The panel takes no backups yet, so nothing is: it says so instead of looking safe.</summary>
internal static class CoverageRules
{
    public const int MaxReasonLength = 200;

    /// <summary>In the plainest words there are.</summary>
    public const string NoBackupsYet = "No backups are taken yet. If this is lost, it is lost.";
    public const string NothingIsCovered = "This panel takes no backups yet, so nothing is covered. What is lost is lost.";

    public static Coverage Of(Volume volume, Blueprint? blueprint) =>
        WhyExcluded(volume, blueprint) ?? new Coverage(CoverageState.Uncovered, NoBackupsYet);

    /// <summary>Why no backup has to take a volume; null where one has to.</summary>
    public static Coverage? WhyExcluded(Volume volume, Blueprint? blueprint) =>
        volume switch
        {
            { ExclusionReason: { } reason } => new Coverage(CoverageState.Excluded, reason, volume.ExcludedBy, volume.ExcludedAt),
            { Kind: VolumeKind.Cache } => new Coverage(CoverageState.Excluded, "A cache: what is in it can be made again."),
            { Kind: VolumeKind.Database } when DatabasesIn(volume, blueprint) is { Count: > 0 } databases => new Coverage(
                CoverageState.Excluded,
                $"A database server's own files. What is in them is dumped instead, as {(databases.Count == 1 ? "the database" : "the databases")} {string.Join(", ", databases)}."
            ),
            _ => null,
        };

    public static Coverage Of(DatabaseExclusion? exclusion) =>
        exclusion is null
            ? new Coverage(CoverageState.Uncovered, NoBackupsYet)
            : new Coverage(CoverageState.Excluded, exclusion.Reason, exclusion.ExcludedBy, exclusion.ExcludedAt);

    /// <summary>The databases whose server keeps its files in this volume.</summary>
    private static List<string> DatabasesIn(Volume volume, Blueprint? blueprint)
    {
        var services = volume.MountedBy.Select(mount => mount.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. (blueprint?.Databases ?? [])
                .Where(database => services.Contains(database.Service))
                .Select(database => database.Name)
                .Order(StringComparer.Ordinal),
        ];
    }
}
