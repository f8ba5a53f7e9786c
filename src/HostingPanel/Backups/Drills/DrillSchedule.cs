using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Drills;

/// <summary>Queues the drills that are due: as the sites' plans say, and a weekly sample out of all sites. One at a time.</summary>
internal sealed class DrillSchedule(
    IDbContextFactory<PanelDbContext> contexts,
    DrillQueue queue,
    IWorkerLease worker,
    IOptions<PanelOptions> options,
    TimeProvider time,
    ILogger<DrillSchedule> logger
) : WorkerLoop(worker, time, logger)
{
    protected override string Purpose => "Planning drills of restore points";

    protected override Task LookAsync(CancellationToken cancellationToken) =>
        options.Value.RunsBackups ? QueueAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Queues the drill that is due first, unless one of the schedule's is still under way.</summary>
    /// <returns>Its operation; null when none was queued.</returns>
    public async Task<Guid?> QueueAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        RestoreDrillReason[] own = [RestoreDrillReason.Plan, RestoreDrillReason.Sample];
        if (await context.RestoreDrills.AnyAsync(drill => own.Contains(drill.Reason) && drill.FinishedAt == null, cancellationToken))
        {
            return null;
        }

        var lastSample = await context
            .RestoreDrills.Where(drill => drill.Reason == RestoreDrillReason.Sample)
            .MaxAsync(drill => (DateTimeOffset?)drill.CreatedAt, cancellationToken);
        return DrillPlan.Next(await CandidatesAsync(context, cancellationToken), lastSample, Time.GetStoredNow()) is { } due
            ? await queue.AddByItselfAsync(due.Site.NewestId, due.Reason, target: null, cancellationToken)
            : null;
    }

    internal static async Task<IReadOnlyList<DrillCandidate>> CandidatesAsync(PanelDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context
            .Sites.Where(site => site.State == SiteState.Running || site.State == SiteState.Stopped)
            .Select(site => new
            {
                site.Id,
                Days = site.Organisation!.Plan!.DrillEveryDays,
                Newest = context
                    .RestorePoints.Where(point => point.SiteId == site.Id && point.State == RestorePointState.Good)
                    .OrderByDescending(point => point.Id)
                    .Select(point => (Guid?)point.Id)
                    .FirstOrDefault(),
                First = context
                    .RestorePoints.Where(point => point.SiteId == site.Id && point.State == RestorePointState.Good)
                    .Min(point => point.FinishedAt),
                Drilled = context
                    .RestoreDrills.Where(drill => drill.SiteId == site.Id && drill.Verdict != RestoreDrillVerdict.BrokenOff)
                    .Max(drill => (DateTimeOffset?)drill.CreatedAt),
                Tried = context.RestoreDrills.Where(drill => drill.SiteId == site.Id).Max(drill => (DateTimeOffset?)drill.CreatedAt),
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. rows.Where(row => row is { Newest: not null, First: not null })
                .Select(row => new DrillCandidate(row.Id, row.Newest!.Value, row.First!.Value, row.Days, row.Drilled, row.Tried)),
        ];
    }
}
