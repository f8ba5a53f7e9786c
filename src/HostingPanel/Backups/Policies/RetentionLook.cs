using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Policies;

/// <summary>What retention makes of the restore points of one site, as their rows are just now.</summary>
/// <param name="Verdicts">Of each good one, the newest first.</param>
/// <param name="Goes">Those that the next run removes.</param>
/// <param name="Failed">Failed ones that it removes with them.</param>
/// <param name="Repositories">Those that it works on: what lies at retired targets or was set aside is not touched.</param>
/// <param name="Fault">Why nothing is removed just now; null for no reason.</param>
internal sealed record RetentionLook(
    IReadOnlyList<RetentionVerdict> Verdicts,
    IReadOnlyList<Guid> Goes,
    IReadOnlyList<Guid> Failed,
    IReadOnlyList<Guid> Repositories,
    Problem? Fault
)
{
    /// <summary>Looks.</summary>
    /// <param name="context">Where the rows are.</param>
    /// <param name="siteId">Whose.</param>
    /// <param name="policy">By which policy.</param>
    /// <param name="rules">Other rules than the policy's; null for these.</param>
    /// <param name="self">The operation that asks, which does not stand in its own way.</param>
    /// <param name="now">What the clock says.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<RetentionLook> TakeAsync(
        PanelDbContext context,
        Guid siteId,
        BackupPolicy policy,
        RetentionRules? rules,
        Guid? self,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var managed = await Managed(context, siteId).Select(repository => repository.Id).ToListAsync(cancellationToken);
        var rows = await context
            .RestorePoints.AsNoTracking()
            .Where(point => point.SiteId == siteId && point.State != RestorePointState.Taking && point.State != RestorePointState.Going)
            .Select(point => new
            {
                point.Id,
                point.State,
                point.Reason,
                point.TakenAt,
                point.StartedAt,
                point.ProvedAt,
                Copies = point
                    .Copies.Select(copy => new
                    {
                        copy.RepositoryId,
                        copy.ReadBackAt,
                        copy.BegunAt,
                    })
                    .ToList(),
            })
            .ToListAsync(cancellationToken);
        var inUse = await ArgumentsInUseAsync(context, self, runningOnly: false, cancellationToken);
        var points = rows.Where(row => row.State == RestorePointState.Good)
            .Select(row => new RetentionPoint(
                row.Id,
                row.TakenAt ?? row.StartedAt,
                row.Reason,
                row.ProvedAt is not null,
                [
                    .. row
                        .Copies.Where(copy => copy.ReadBackAt is not null && managed.Contains(copy.RepositoryId))
                        .Select(copy => copy.RepositoryId),
                ]
            )
            {
                Held = IsInUse(inUse, row.Id) ? "it is being read" : null,
            })
            .Select(point => point.WholeAt.Count > 0 ? point : point with { Held = "it lies where nothing is removed any more" })
            .ToList();
        var verdicts = Retention.Decide(rules ?? policy.Retention, BackupTimes.ZoneOf(policy.TimeZone), points);
        var newest = points.Count == 0 ? now : points.Max(point => point.TakenAt);
        // A failed one that has something where nothing is removed would never go whole.
        var failed = rows.Where(row => row.State == RestorePointState.Failed)
            .OrderByDescending(row => row.Id)
            .Skip(Retention.KeptFailed)
            .Where(row => row.Copies.All(copy => copy.BegunAt is null || managed.Contains(copy.RepositoryId)) && row.StartedAt < newest)
            .Reverse()
            .Take(Retention.MaxInOneRun)
            .Select(row => row.Id);
        var fault = Retention.ClockFault(
            points.Select(point => point.TakenAt),
            points.Count == 0 ? TimeSpan.Zero : policy.Times.IntervalAfter(siteId, newest),
            now
        );
        return new RetentionLook(
            verdicts,
            fault is null ? Retention.InOneRun(verdicts) : [],
            fault is null && points.Count > 0 ? [.. failed] : [],
            managed,
            fault
        );
    }

    /// <summary>The repositories of a site that are kept in order.</summary>
    public static IQueryable<BackupRepository> Managed(PanelDbContext context, Guid siteId) =>
        from repository in context.BackupRepositories.AsNoTracking()
        join target in context.BackupTargets on repository.TargetId equals target.Id
        where repository.SiteId == siteId && repository.ResticId != null && repository.SetAsideAt == null && target.RetiredAt == null
        orderby repository.Id
        select repository;

    /// <summary>What operations that have not ended are about: whoever reads a restore point names it there.</summary>
    public static async Task<IReadOnlyList<string>> ArgumentsInUseAsync(
        PanelDbContext context,
        Guid? self,
        bool runningOnly,
        CancellationToken cancellationToken
    ) =>
        await context
            .Operations.Where(operation =>
                (operation.State == OperationState.Running || (operation.State == OperationState.Queued && !runningOnly))
                && operation.Id != self
                && operation.Arguments != null
            )
            .Select(operation => operation.Arguments!)
            .ToListAsync(cancellationToken);

    public static bool IsInUse(IReadOnlyList<string> arguments, Guid id) =>
        arguments.Any(text => text.Contains($"{id:D}", StringComparison.OrdinalIgnoreCase));
}
