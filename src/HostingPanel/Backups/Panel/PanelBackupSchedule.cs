using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Panel;

/// <summary>Queues a backup of the panel when the last good one is a day old; one that failed is tried again after an hour.</summary>
internal sealed class PanelBackupSchedule(
    IDbContextFactory<PanelDbContext> contexts,
    PanelBackupService service,
    IWorkerLease worker,
    IOptions<PanelBackupOptions> options,
    IOptions<PanelOptions> panel,
    TimeProvider time,
    ILogger<PanelBackupSchedule> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>A worker that has just been started has better things to do.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    /// <summary>After one that failed.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(1);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    protected override string Purpose => "Planning the panel's own backup";

    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        if (panel.Value.RunsBackups && Time.GetUtcNow() - _startedAt >= Settling)
        {
            await QueueAsync(cancellationToken);
        }
    }

    /// <summary>Queues one, if one is due. Says whether it did.</summary>
    public async Task<bool> QueueAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        var (old, recent) = (now.AddHours(-options.Value.EveryHours), now - Again);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        // By when it was begun, so that a day is a day however long one takes. What the future says, a clock that jumped has said.
        var isFresh = await context.PanelBackups.AnyAsync(
            backup =>
                backup.StartedAt <= now
                && ((backup.State == RestorePointState.Good && backup.StartedAt > old) || backup.StartedAt > recent),
            cancellationToken
        );
        var isUnderWay = await context.Operations.AnyAsync(
            operation =>
                operation.Kind == OperationKinds.BackUpPanel
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
            cancellationToken
        );
        return !isFresh
            && !isUnderWay
            && (await service.RequestAsync(Actor.Panel, OperationPriority.Schedule, null, null, cancellationToken)).Problem is null;
    }
}
