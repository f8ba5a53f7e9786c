using HostingPanel.Backups.InPlace;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>What of restoring is refused, and in which words; and what it needs.</summary>
internal static class RestoreRules
{
    /// <summary>How many bytes a restore may take on the node: the dumps as they come, and twice what is loaded of them, and the files.</summary>
    public static long RoomFor(RestorePoint point) => (point.DatabaseBytes * 3) + point.FileBytes;

    /// <summary>Why nothing can be got out of this restore point, or null.</summary>
    public static Problem? PointFault(RestorePoint point) =>
        point.State == RestorePointState.Good
            ? null
            : VolumeRules.Refused(
                "restore-point-not-good",
                point.State switch
                {
                    RestorePointState.Taking => "This restore point is just being taken. Wait until it is good.",
                    RestorePointState.Going => "This restore point is being removed. Choose another one.",
                    _ => "This restore point failed: there is no copy of it that is known to be whole. Choose another one.",
                }
            );

    /// <summary>The repository to restore from: a local one before one elsewhere.</summary>
    public static async Task<Outcome<Guid>> CopyAsync(
        PanelDbContext context,
        RestorePoint point,
        string? target,
        CancellationToken cancellationToken
    )
    {
        var whole = point.Copies.Where(copy => copy.ReadBackAt is not null).Select(copy => copy.RepositoryId).ToList();
        var found = await (
            from repository in context.BackupRepositories
            join place in context.BackupTargets on repository.TargetId equals place.Id
            where whole.Contains(repository.Id) && (target == null || place.Name == target)
            select new
            {
                repository.Id,
                place.Kind,
                place.CreatedAt,
            }
        ).ToListAsync(cancellationToken);
        return found.OrderBy(row => row.Kind != TargetKind.Local).ThenBy(row => row.CreatedAt).FirstOrDefault() is { } nearest
            ? nearest.Id
            : NoCopyFault(target);
    }

    /// <summary>Refuses where there is no whole copy.</summary>
    /// <param name="target">The target that one was wanted from; null for any.</param>
    public static Problem NoCopyFault(string? target) =>
        VolumeRules.Refused(
            "copy-not-found",
            target is null
                ? "No target has a whole copy of this restore point any more."
                : $"There is no whole copy of this restore point at “{target}”."
        );

    /// <summary>Why the data of a restore point no longer fit the site, or null.</summary>
    public static Problem? BlueprintFault(Manifest manifest, SiteAssembly site) =>
        manifest.Databases.FirstOrDefault(taken =>
            !site.Blueprint.Databases.Any(database => database.Name == taken.Name && database.Service == taken.Service)
        )
            is { } gone
            ? VolumeRules.Refused(
                "blueprint-changed",
                $"The blueprint “{site.Blueprint.Name}” has no database “{gone.Name}” on the service “{gone.Service}” any more, and the restore point has one. Put the blueprint back as it was."
            )
            : null;

    /// <summary>Why a site can't get back what it had before a restore, or null.</summary>
    public static async Task<Problem?> UndoFaultAsync(PanelDbContext context, InPlaceRestore restore, CancellationToken cancellationToken)
    {
        if (!restore.IsInPlace)
        {
            return VolumeRules.Refused(
                "restore-not-in-place",
                restore.SwappedAt is null ? "This restore has not ended." : "This restore was undone already."
            );
        }

        var volumes = await context
            .Volumes.AsNoTracking()
            .Where(volume => volume.SiteId == restore.SiteId)
            .ToDictionaryAsync(volume => volume.Id, cancellationToken);
        if (BackupJson.Read<SiteSet>(restore.Restored).Volumes.Any(volume => volumes.GetValueOrDefault(volume.Id)?.Name != volume.Name))
        {
            return VolumeRules.Refused(
                "restored-again",
                "The site was restored once more since. Undo that first; then this one can be undone."
            );
        }

        return
            BackupJson
                .Read<SiteSet>(restore.Previous)
                .Volumes.FirstOrDefault(volume => volumes.GetValueOrDefault(volume.Id) is not { PurgeBegunAt: null })
                is { } gone
            ? VolumeRules.Refused(
                "set-gone",
                $"What the site had before can't come back whole: its volume {gone.AsideName} was purged from the trash.{(restore.HasSafetyPoint ? " The safety restore point that was taken then can be restored instead." : string.Empty)}"
            )
            : null;
    }
}
