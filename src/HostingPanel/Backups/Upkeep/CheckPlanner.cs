using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Upkeep;

/// <summary>When repositories are checked: a part of each a day, and all of it in a rotation; of sites that were purged, too.</summary>
internal static class CheckPlanner
{
    /// <summary>A part is read so often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>One that could not be done is tried again after this.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(6);

    /// <summary>No more sites at one look, so that backups find their turn.</summary>
    private const int AtOnce = 5;

    /// <summary>Queues a check for each site that has repositories which are due. The caller saves. Says how many that were.</summary>
    public static async Task<int> PlanAsync(
        PanelDbContext context,
        OperationQueue queue,
        IReadOnlySet<(Guid, string)> busy,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (old, recent, ahead) = (now - Every, now - Again, now + TimeSpan.FromHours(1));
        var due = await (
            from repository in context.BackupRepositories
            join target in context.BackupTargets on repository.TargetId equals target.Id
            where
                repository.SiteId != Guid.Empty
                && repository.InitialisedAt < old
                && repository.SetAsideAt == null
                && target.RetiredAt == null
                // A time to come was written by a clock that was set wrong.
                && (repository.ReadAt == null || repository.ReadAt < old || repository.ReadAt > ahead)
                && (repository.CheckAskedAt == null || repository.CheckAskedAt < recent || repository.CheckAskedAt > ahead)
                && context.RestorePointCopies.Any(copy => copy.RepositoryId == repository.Id)
            orderby repository.ReadAt, repository.Id
            select repository
        ).ToListAsync(cancellationToken);
        var queued = 0;
        foreach (var site in due.GroupBy(repository => repository.SiteId).Take(AtOnce))
        {
            if (busy.Contains((site.Key, OperationKinds.CheckRepositories)))
            {
                continue;
            }

            var slug = await context
                .RestorePoints.Where(point => point.SiteId == site.Key)
                .OrderByDescending(point => point.Id)
                .Select(point => point.SiteSlug)
                .FirstAsync(cancellationToken);
            foreach (var repository in site)
            {
                repository.CheckAskedAt = now;
            }

            queue.Add(
                context,
                Actor.Panel,
                new OperationRequest(
                    OperationKinds.CheckRepositories,
                    site.Key,
                    slug,
                    OperationPriority.Background,
                    Arguments: CheckArguments.Of(site, CheckReading.Part)
                )
            );
            queued++;
        }

        return queued;
    }
}
