using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>
/// Queues a measurement for each site whose volumes were not measured for a day, and soon after a site was made. Drops measurements that
/// are too old for the charts.
/// </summary>
internal sealed class MeasureSchedule(
    IDbContextFactory<PanelDbContext> contexts,
    OperationQueue queue,
    IWorkerLease worker,
    IOptions<VolumesOptions> options,
    TimeProvider time,
    ILogger<MeasureSchedule> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>A site that was just made is still being looked at, and has better things to do than to be counted.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>One that failed or made way is tried again after this.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromMinutes(30);

    /// <summary>Any number; taken while looking, so that two workers by mistake do not both queue the same.</summary>
    private const long LookingLock = 0x4850_4d45_4153;

    protected override string Purpose => "Planning to measure the volumes";

    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        await QueueAsync(cancellationToken);
        await DropAsync(cancellationToken);
    }

    /// <summary>Queues what is due. Says how many that were.</summary>
    public async Task<int> QueueAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        var (old, young, recent) = (now.AddHours(-options.Value.MeasureEveryHours), now - Settling, now - Again);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LookingLock})", cancellationToken);
        var due = await context
            .Sites.AsNoTracking()
            .Where(site => (site.State == SiteState.Running || site.State == SiteState.Stopped) && site.ProvisionedAt < young)
            .Where(site =>
                site.Volumes.Any(volume => volume.State != VolumeState.New && (volume.MeasuredAt == null || volume.MeasuredAt < old))
            )
            .Where(site =>
                !context.Operations.Any(operation =>
                    operation.SiteId == site.Id
                    && operation.Kind == OperationKinds.MeasureVolumes
                    && (
                        operation.State == OperationState.Queued
                        || operation.State == OperationState.Running
                        || operation.CreatedAt > recent
                    )
                )
            )
            .OrderBy(site => site.Volumes.Min(volume => volume.MeasuredAt ?? DateTimeOffset.MinValue))
            .Select(site => new
            {
                site.Id,
                site.Slug,
                Node = site.Volumes.Min(volume => volume.NodeId),
            })
            .ToListAsync(cancellationToken);
        foreach (var site in due)
        {
            queue.Add(
                context,
                Actor.Panel,
                new OperationRequest(OperationKinds.MeasureVolumes, site.Id, site.Slug, OperationPriority.Background, site.Node)
            );
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return due.Count;
    }

    /// <summary>Drops measurements that no chart shows any more.</summary>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        var old = Time.GetStoredNow().AddMonths(-options.Value.KeepMeasurementsMonths);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.VolumeMeasurements.Where(measurement => measurement.MeasuredAt < old).ExecuteDeleteAsync(cancellationToken);
    }
}
