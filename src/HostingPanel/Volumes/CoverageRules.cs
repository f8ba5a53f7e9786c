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

/// <summary>Decides what is covered: what a good restore point holds. What none holds is not covered, whatever is planned.</summary>
internal static class CoverageRules
{
    public const int MaxReasonLength = 200;

    /// <summary>In the plainest words there are.</summary>
    public const string InNone = "No restore point has it yet. If this is lost, it is lost.";
    public const string InOne = "Restore points of its site have it.";

    /// <summary>What there is to know about all of them.</summary>
    public const string OnlyWhenAsked = "Restore points are taken when somebody asks for one; no schedule takes them yet.";

    /// <param name="volume">The volume.</param>
    /// <param name="blueprint">Its site's; null when it is not installed any more.</param>
    /// <param name="coveredAt">When a good restore point last took it; null when none did.</param>
    public static Coverage Of(Volume volume, Blueprint? blueprint, DateTimeOffset? coveredAt) =>
        WhyExcluded(volume, blueprint) is { } excluded ? excluded with { LastCoveredAt = coveredAt } : ByRestorePoints(coveredAt);

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

    /// <param name="exclusion">Why no backup has to take the database; null where one has to.</param>
    /// <param name="coveredAt">When a good restore point last took it; null when none did.</param>
    public static Coverage Of(DatabaseExclusion? exclusion, DateTimeOffset? coveredAt) =>
        exclusion is null
            ? ByRestorePoints(coveredAt)
            : new Coverage(CoverageState.Excluded, exclusion.Reason, exclusion.ExcludedBy, exclusion.ExcludedAt, coveredAt);

    private static Coverage ByRestorePoints(DateTimeOffset? coveredAt) =>
        coveredAt is null
            ? new Coverage(CoverageState.Uncovered, InNone)
            : new Coverage(CoverageState.Covered, InOne, LastCoveredAt: coveredAt);

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
