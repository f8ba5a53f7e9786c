using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Backups.Policies;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Upkeep;

/// <summary>Whether a restore point may be deleted.</summary>
internal static class DeletionRules
{
    /// <summary>
    /// The repositories of which nothing whole is left then, or why it may not be. A site that is there, also one in the trash, is never left
    /// without a good restore point, nor without one at a target. Of a site that was purged nothing needs to be left: its repositories are
    /// emptied, when somebody who may manage targets says so and has just proved who they are.
    /// </summary>
    public static async Task<Outcome<IReadOnlyList<Guid>>> CheckAsync(
        PanelDbContext context,
        Actor actor,
        RestorePoint point,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (point.State == RestorePointState.Taking)
        {
            return VolumeRules.Refused("restore-point-being-taken", "This restore point is just being taken. Cancel that instead.");
        }

        var inUse = await RetentionLook.ArgumentsInUseAsync(context, self: null, runningOnly: false, cancellationToken);
        if (RetentionLook.IsInUse(inUse, point.Id))
        {
            return VolumeRules.Refused("restore-point-in-use", "Something is just being done with this restore point. Wait for it to end.");
        }

        var isPurged = !await context.Sites.AnyAsync(site => site.Id == point.SiteId, cancellationToken);
        if (point.State != RestorePointState.Good && !isPurged)
        {
            return new Outcome<IReadOnlyList<Guid>>([]);
        }

        var isAlone =
            point.State == RestorePointState.Good
            && !await context.RestorePoints.AnyAsync(
                other => other.SiteId == point.SiteId && other.Id != point.Id && other.State == RestorePointState.Good,
                cancellationToken
            );
        if (isAlone && !isPurged)
        {
            return VolumeRules.Refused(
                "last-good-restore-point",
                "This is the only good restore point of the site. Take another one first: a site is never left without."
            );
        }

        var last = await LastAsync(context, point, cancellationToken);
        if (last is [])
        {
            return new Outcome<IReadOnlyList<Guid>>([]);
        }

        if (!isPurged)
        {
            return VolumeRules.Refused(
                "last-at-target",
                $"This is the only whole restore point of the site at “{last[0].Name}”. Take another one there first."
            );
        }

        if (
            (AccessPolicy.Check(actor, Permission.ManageTargets) ?? await FreshProof.CheckAsync(context, actor, time, cancellationToken)) is
            { } refused
        )
        {
            return refused;
        }

        return new Outcome<IReadOnlyList<Guid>>(last.ConvertAll(row => row.Id));
    }

    /// <summary>
    /// The repositories in which nothing else is whole. Of a restore point that is none itself those in which nothing else stays: what is not
    /// whole is still somebody's to delete.
    /// </summary>
    private static async Task<List<(Guid Id, string Name)>> LastAsync(
        PanelDbContext context,
        RestorePoint point,
        CancellationToken cancellationToken
    )
    {
        var isGood = point.State == RestorePointState.Good;
        var own = point.Copies.Where(copy => !isGood || copy.ReadBackAt is not null).Select(copy => copy.RepositoryId).ToList();
        var found = await (
            from repository in context.BackupRepositories
            join target in context.BackupTargets on repository.TargetId equals target.Id
            where
                own.Contains(repository.Id)
                && !context.RestorePointCopies.Any(copy =>
                    copy.RepositoryId == repository.Id
                    && copy.RestorePointId != point.Id
                    && (copy.ReadBackAt != null || (!isGood && copy.GoingAt == null))
                )
            orderby repository.Id
            select new { repository.Id, target.Name }
        ).ToListAsync(cancellationToken);
        return found.ConvertAll(row => (row.Id, row.Name));
    }
}
