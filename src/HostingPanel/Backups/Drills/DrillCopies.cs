using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Drills;

/// <summary>A whole copy of a restore point, as a candidate for a drill.</summary>
/// <param name="RepositoryId">Where it lies.</param>
/// <param name="TargetName">At which target that is.</param>
/// <param name="IsLocal">Whether that is on the node.</param>
/// <param name="ProvedAt">When the copy was last proved.</param>
/// <param name="TriedAt">When anything of that repository was last drilled, whatever came of it.</param>
internal sealed record DrillCopy(Guid RepositoryId, string TargetName, bool IsLocal, DateTimeOffset? ProvedAt, DateTimeOffset? TriedAt)
{
    /// <summary>
    /// The one that is drilled next: never proved before proved longest ago; among those alike the repository that was not tried for longest,
    /// so that the targets take turns and one that does not answer keeps nobody from the others; then the nearest.
    /// </summary>
    public static DrillCopy? Next(IEnumerable<DrillCopy> copies) =>
        copies
            .OrderBy(copy => copy.ProvedAt ?? DateTimeOffset.MinValue)
            .ThenBy(copy => copy.TriedAt ?? DateTimeOffset.MinValue)
            .ThenBy(copy => !copy.IsLocal)
            .ThenBy(copy => copy.TargetName, StringComparer.Ordinal)
            .FirstOrDefault();

    /// <summary>The whole copies of a restore point.</summary>
    /// <param name="context">Where to read.</param>
    /// <param name="point">With its copies.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<IReadOnlyList<DrillCopy>> ListAsync(
        PanelDbContext context,
        RestorePoint point,
        CancellationToken cancellationToken
    )
    {
        var whole = point
            .Copies.Where(copy => copy.ReadBackAt is not null && copy.FaultCode is null)
            .ToDictionary(copy => copy.RepositoryId);
        var found = await (
            from repository in context.BackupRepositories
            join target in context.BackupTargets on repository.TargetId equals target.Id
            where whole.Keys.Contains(repository.Id)
            select new
            {
                repository.Id,
                target.Name,
                target.Kind,
                TriedAt = context
                    .RestoreDrills.Where(drill => drill.RepositoryId == repository.Id)
                    .Max(drill => (DateTimeOffset?)drill.CreatedAt),
            }
        ).ToListAsync(cancellationToken);
        return [.. found.Select(row => new DrillCopy(row.Id, row.Name, row.Kind == TargetKind.Local, whole[row.Id].ProvedAt, row.TriedAt))];
    }
}
