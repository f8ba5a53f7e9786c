using HostingPanel.Backups;
using HostingPanel.Backups.Operations;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites.Cron;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Telemetry;

/// <summary>
/// Counts operations that have ended, of every kind, by what is written down of them then. An operation ends once, however often it was
/// resumed, and is counted by the worker that ended it.
/// </summary>
internal sealed partial class OperationEnds(IDbContextFactory<PanelDbContext> contexts, PanelMetrics metrics, ILogger<OperationEnds> logger)
{
    /// <summary>Counts one that has just ended. Never throws: an operation that can't be counted has ended all the same.</summary>
    public async Task CountAsync(Guid operationId)
    {
        if (!metrics.IsWatched)
        {
            return;
        }

        try
        {
            // Not the operation's token: it has ended, also when the process is about to. Time-outs of the database's are the bound.
            var cancellationToken = CancellationToken.None;
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var operation = await context.Operations.AsNoTracking().SingleAsync(row => row.Id == operationId, cancellationToken);
            metrics.OperationEnded(operation.Kind, operation.State, operation.FinishedAt - operation.StartedAt);
            await CountWhatItDidAsync(context, operation, cancellationToken);
        }
        catch (Exception failure)
        {
            LogUncounted(operationId, failure.Message);
        }
    }

    private Task CountWhatItDidAsync(PanelDbContext context, Operation operation, CancellationToken cancellationToken) =>
        operation.Kind switch
        {
            OperationKinds.TakeBackup => CountRestorePointAsync(context, operation, cancellationToken),
            OperationKinds.RestoreInPlace => CountInPlaceAsync(context, operation, cancellationToken),
            OperationKinds.DrillRestorePoint => CountDrillAsync(context, operation, cancellationToken),
            OperationKinds.RunCron => CountCronAsync(context, operation, cancellationToken),
            OperationKinds.CheckRepositories => CountChecksAsync(
                context,
                operation,
                operation.ArgumentsAs<CheckArguments>().Repositories,
                isForChecking: true,
                cancellationToken
            ),
            OperationKinds.ApplyRetention or OperationKinds.DeleteRestorePoint => CountChecksAsync(
                context,
                operation,
                operation.ArgumentsAs<RemovalArguments>().Repositories,
                isForChecking: false,
                cancellationToken
            ),
            _ => Task.CompletedTask,
        };

    /// <summary>The restore point that an operation took has the operation's id.</summary>
    private async Task CountRestorePointAsync(PanelDbContext context, Operation operation, CancellationToken cancellationToken)
    {
        var found = await context
            .RestorePoints.Where(point => point.Id == operation.Id)
            .Select(point => new
            {
                point.State,
                point.Reason,
                point.StartedAt,
                point.FinishedAt,
                Added = point.Copies.Sum(copy => copy.AddedBytes ?? 0),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            if (operation.Kind == OperationKinds.TakeBackup)
            {
                metrics.RestorePointTaken(operation.ArgumentsAs<TakeBackupArguments>().Reason, Missed(operation));
            }

            return;
        }

        if (found.State is RestorePointState.Taking or RestorePointState.Failed)
        {
            metrics.RestorePointTaken(found.Reason, Missed(operation));
            return;
        }

        metrics.RestorePointTaken(found.Reason, "good");
        metrics.RestorePointCost(found.Reason, found.Added, found.FinishedAt - found.StartedAt);
    }

    private async Task CountInPlaceAsync(PanelDbContext context, Operation operation, CancellationToken cancellationToken)
    {
        await CountRestorePointAsync(context, operation, cancellationToken);
        var found = await context
            .InPlaceRestores.Where(restore => restore.Id == operation.Id)
            .Select(restore => new { restore.Seconds, restore.AwaySeconds })
            .SingleOrDefaultAsync(cancellationToken);
        metrics.RestoredInPlace(operation.State, found?.Seconds, found?.AwaySeconds);
    }

    private async Task CountDrillAsync(PanelDbContext context, Operation operation, CancellationToken cancellationToken)
    {
        var found = await context
            .RestoreDrills.Where(drill => drill.Id == operation.Id && drill.Verdict != null)
            .Select(drill => new
            {
                drill.Reason,
                drill.Verdict,
                drill.RecoverySeconds,
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is not null)
        {
            metrics.DrillEnded(found.Reason, found.Verdict!.Value, found.RecoverySeconds);
        }
    }

    /// <summary>One that was left out, because the site had moved on, has no record.</summary>
    private async Task CountCronAsync(PanelDbContext context, Operation operation, CancellationToken cancellationToken)
    {
        var result = await context
            .CronEntries.Where(entry => entry.SiteId == operation.SiteId && entry.OperationId == operation.Id)
            .Select(entry => entry.Result)
            .SingleOrDefaultAsync(cancellationToken);
        metrics.CronRan(
            result is { } ended ? PanelMetrics.Word(ended)
            : operation.State == OperationState.Succeeded ? "left-out"
            : PanelMetrics.Word(operation.State)
        );
    }

    /// <summary>What removes checks, too, where it has made room; a fault that is no damage was perhaps one of removing.</summary>
    private async Task CountChecksAsync(
        PanelDbContext context,
        Operation operation,
        IReadOnlyList<Guid> repositories,
        bool isForChecking,
        CancellationToken cancellationToken
    )
    {
        var found = await context
            .BackupRepositories.Where(repository => repositories.Contains(repository.Id))
            .Select(repository => new
            {
                repository.FaultBy,
                repository.FaultCode,
                repository.CheckedAt,
            })
            .ToListAsync(cancellationToken);
        foreach (var repository in found)
        {
            var isFaulty = repository.FaultBy == operation.Id;
            if (isFaulty && repository.FaultCode == UpkeepStore.Damaged)
            {
                metrics.RepositoryChecked(RepositoryCheckOutcome.Damaged);
            }
            else if (isFaulty && isForChecking)
            {
                metrics.RepositoryChecked(RepositoryCheckOutcome.Failed);
            }
            else if (!isFaulty && repository.CheckedAt >= operation.StartedAt)
            {
                metrics.RepositoryChecked(RepositoryCheckOutcome.Whole);
            }
        }
    }

    private static string Missed(Operation operation) => operation.State == OperationState.Cancelled ? "cancelled" : "failed";

    [LoggerMessage(80, LogLevel.Debug, "The end of operation {Operation} could not be counted: {Reason}")]
    private partial void LogUncounted(Guid operation, string reason);
}
