using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Operations;

/// <summary>
/// Forgets operations that ended long ago, with their steps, their logs, and the idempotency keys that stood for them. Runs of scheduled tasks
/// are forgotten after some hours, unless they failed: there are a hundred times as many of them as of all others together.
/// </summary>
internal sealed partial class OperationHistory(
    IDbContextFactory<PanelDbContext> contexts,
    IWorkerLease worker,
    IOptions<PanelOptions> options,
    TimeProvider time,
    ILogger<OperationHistory> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>A delete of many rows at once would hold up whoever writes meanwhile.</summary>
    private const int Batch = 500;

    protected override string Purpose => "Forgetting old operations";

    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await ForgetAsync(cancellationToken) is > 0 and var forgotten)
        {
            LogForgotten(forgotten, options.Value.HistoryDays);
        }
    }

    /// <summary>Forgets what is due, and says how many operations that were.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var before = Time.GetUtcNow() - TimeSpan.FromDays(options.Value.HistoryDays);
        var beforeForCron = Time.GetUtcNow() - TimeSpan.FromHours(options.Value.CronHistoryHours);
        await context.IdempotencyRecords.Where(record => record.CreatedAt < before).ExecuteDeleteAsync(cancellationToken);
        var forgotten = 0;
        while (true)
        {
            var due = await context
                .Operations.Where(operation =>
                    operation.FinishedAt < before
                    || (
                        operation.Kind == OperationKinds.RunCron
                        && operation.State != OperationState.Failed
                        && operation.FinishedAt < beforeForCron
                    )
                )
                .OrderBy(operation => operation.FinishedAt)
                .Take(Batch)
                .Select(operation => operation.Id)
                .ToListAsync(cancellationToken);
            if (due.Count == 0)
            {
                return forgotten;
            }

            // A key that is younger than the operation it stands for would lead nowhere.
            await context.IdempotencyRecords.Where(record => due.Contains(record.ResultId)).ExecuteDeleteAsync(cancellationToken);
            forgotten += await context.Operations.Where(operation => due.Contains(operation.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    [LoggerMessage(17, LogLevel.Information, "{Count} operations that ended more than {Days} days ago were forgotten")]
    private partial void LogForgotten(int count, int days);
}
