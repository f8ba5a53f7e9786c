using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>A restore point as it is shown.</summary>
/// <param name="Id">Its identity: that of the operation that took it.</param>
/// <param name="Site">The slug of its site, as it was then.</param>
/// <param name="SiteTitle">The title of its site, as it was then.</param>
/// <param name="Reason">Why it was taken.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="State">Whether it is good.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="TakenAt">The moment that its databases are of.</param>
/// <param name="FinishedAt">When it became good or failed.</param>
/// <param name="DatabaseBytes">Of its dumps.</param>
/// <param name="FileBytes">Of its files.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Databases">The databases in it.</param>
/// <param name="VolumeIds">The volumes in it, by identity.</param>
/// <param name="FaultCode">Why it failed, a stable word.</param>
/// <param name="Fault">The same for people.</param>
/// <param name="ProvedAt">When it was last restored and found right; null while it never was.</param>
/// <param name="Proof">How long that took, from asking to the first answer.</param>
/// <param name="Copies">Where it lies.</param>
public sealed record RestorePointView(
    Guid Id,
    string Site,
    string SiteTitle,
    RestorePointReason Reason,
    string RequestedBy,
    RestorePointState State,
    DateTimeOffset StartedAt,
    DateTimeOffset? TakenAt,
    DateTimeOffset? FinishedAt,
    long DatabaseBytes,
    long FileBytes,
    long Files,
    IReadOnlyList<string> Databases,
    IReadOnlyList<Guid> VolumeIds,
    string? FaultCode,
    string? Fault,
    DateTimeOffset? ProvedAt,
    TimeSpan? Proof,
    IReadOnlyList<RestorePointCopyView> Copies
)
{
    /// <summary>Since when it is suspicious; null when nothing speaks against it.</summary>
    public DateTimeOffset? SuspectedAt { get; init; }

    /// <summary>Why, a stable word.</summary>
    public string? SuspicionCode { get; init; }

    /// <summary>The same for people.</summary>
    public string? Suspicion { get; init; }

    internal static async Task<IReadOnlyList<RestorePointView>> FromAsync(
        PanelDbContext context,
        IReadOnlyList<RestorePoint> points,
        CancellationToken cancellationToken
    )
    {
        var ids = points.SelectMany(point => point.Copies).Select(copy => copy.RepositoryId).Distinct().ToList();
        var targets = await (
            from repository in context.BackupRepositories
            join target in context.BackupTargets on repository.TargetId equals target.Id
            where ids.Contains(repository.Id)
            select new
            {
                Repository = repository.Id,
                target.Id,
                target.Name,
                target.Kind,
            }
        ).ToDictionaryAsync(row => row.Repository, cancellationToken);
        return
        [
            .. points.Select(point => new RestorePointView(
                point.Id,
                point.SiteSlug,
                point.SiteTitle,
                point.Reason,
                point.RequestedByName,
                point.State,
                point.StartedAt,
                point.TakenAt,
                point.FinishedAt,
                point.DatabaseBytes,
                point.FileBytes,
                point.Files,
                point.Databases,
                point.VolumeIds,
                point.FaultCode,
                point.Fault,
                point.ProvedAt,
                point.ProofSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                [
                    .. point
                        .Copies.OrderBy(copy => targets[copy.RepositoryId].Name, StringComparer.Ordinal)
                        .Select(copy => new RestorePointCopyView(
                            targets[copy.RepositoryId].Id,
                            targets[copy.RepositoryId].Name,
                            targets[copy.RepositoryId].Kind,
                            copy.SnapshotId,
                            copy.AddedBytes,
                            copy.ReadBackAt,
                            copy.FaultCode,
                            copy.Fault
                        )
                        {
                            ProvedAt = copy.ProvedAt,
                            RefutedAt = copy.RefutedAt,
                        }),
                ]
            )
            {
                SuspectedAt = point.SuspectedAt,
                SuspicionCode = point.SuspicionCode,
                Suspicion = point.Suspicion,
            }),
        ];
    }
}

/// <summary>A restore point at one target.</summary>
/// <param name="TargetId">The target.</param>
/// <param name="Target">Its name.</param>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="Snapshot">What restic calls it; null while there is none.</param>
/// <param name="AddedBytes">What it added to the repository.</param>
/// <param name="ReadBackAt">When it was read back and found whole; null while it was not.</param>
/// <param name="FaultCode">Why it is not whole, a stable word.</param>
/// <param name="Fault">The same for people.</param>
public sealed record RestorePointCopyView(
    Guid TargetId,
    string Target,
    TargetKind Kind,
    string? Snapshot,
    long? AddedBytes,
    DateTimeOffset? ReadBackAt,
    string? FaultCode,
    string? Fault
)
{
    /// <summary>When this copy was last restored and found right; null when it never was, or was not when it was last tried.</summary>
    public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>When a drill of this copy failed; null when none did since it was last proved.</summary>
    public DateTimeOffset? RefutedAt { get; init; }
}

/// <summary>A manifest, byte for byte, with its signature.</summary>
public sealed record ManifestView(string Json, string Signature);
