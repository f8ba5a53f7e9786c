using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Operations;

/// <summary>Leases operations and does them, several at a time. Resumes those whose worker has gone.</summary>
internal sealed partial class OperationRunner(
    OperationLeases leases,
    WorkerLease worker,
    IOperationJobs jobs,
    IChangeFeed changes,
    IEnumerable<IOperationKind> kinds,
    TimeProvider time,
    ILogger<OperationRunner> logger
) : BackgroundService
{
    /// <summary>All kinds together; each has a budget of its own beneath.</summary>
    private const int MaxConcurrent = 8;

    /// <summary>An operation that breaks off so often does so by itself; it is undone instead of tried for ever.</summary>
    private const int MaxLeases = 20;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, IOperationKind> _kinds = kinds.ToDictionary(kind => kind.Kind, StringComparer.Ordinal);

    /// <summary>When the loop last turned; the health check asks.</summary>
    public DateTimeOffset LastTurn { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        using var subscription = changes.Subscribe(change => change.Topic == ChangeTopic.Queue);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                LastTurn = time.GetUtcNow();
                try
                {
                    running.RemoveAll(task => task.IsCompleted);
                    var mayWork = await worker.HoldAsync(stoppingToken);
                    while (mayWork && running.Count < MaxConcurrent && await leases.TakeAsync(worker.Owner, stoppingToken) is { } lease)
                    {
                        running.Add(Task.Run(() => RunAsync(lease, stoppingToken), CancellationToken.None));
                    }
                }
                catch (Exception failure) when (failure is System.Data.Common.DbException || DatabaseAway.Is(failure))
                {
                    LogDatabaseAway(failure.Message);
                }

                await subscription.WaitAsync(PollInterval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: below.
        }

        await Task.WhenAll(running);
        await TryAsync(worker.ReleaseAsync);
    }

    /// <summary>Does the next operation that there is, to its end; false when there is none.</summary>
    internal async Task<bool> RunNextAsync(CancellationToken stopping)
    {
        if (await leases.TakeAsync(worker.Owner, stopping) is not { } lease)
        {
            return false;
        }

        await RunAsync(lease, stopping);
        return true;
    }

    private async Task RunAsync(OperationLease lease, CancellationToken stopping)
    {
        try
        {
            var operation = await lease.LoadAsync(stopping);
            LogStarted(operation.Kind, operation.Target, operation.Id);
            if (!_kinds.TryGetValue(operation.Kind, out var kind))
            {
                await lease.StartUndoAsync("unknown-kind", $"This worker knows no operation “{operation.Kind}”.", stopping);
                await lease.FinishAsync(OperationState.Failed, left: null, stopping);
                return;
            }

            if (lease.Token > MaxLeases && !operation.Undoing)
            {
                await lease.StartUndoAsync("kept-breaking-off", $"It broke off {MaxLeases} times; the worker's log says why.", stopping);
            }

            if (lease.Token > 2 * MaxLeases)
            {
                await lease.LogAsync(step: null, ["It can't be taken back either; the worker's log says why."], areErrors: true, stopping);
                await SettleAsync(kind, operation, stopping);
                await lease.FinishAsync(OperationState.Failed, left: null, stopping);
                return;
            }

            await new OperationExecution(lease, kind, jobs, changes, time, logger).RunAsync(stopping);
            var ended = await lease.LoadAsync(stopping);
            LogEnded(ended.Kind, ended.Target, ended.State, ended.ErrorMessage is { } error ? $": {error}" : string.Empty);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await TryAsync(lease.ReleaseAsync);
        }
        catch (Exception failure) when (failure is LeaseLostException or OperationCanceledException)
        {
            LogAbandoned(lease.OperationId);
        }
        catch (Exception failure) when (DatabaseAway.Is(failure))
        {
            // It is resumed from its last step once the lease has run out.
            LogDatabaseAway(failure.GetBaseException().Message);
        }
        catch (Exception failure)
        {
            // The edge of an operation. The lease runs out, and the operation is resumed from its last step.
            LogCrashed(failure, lease.OperationId);
        }
    }

    /// <summary>The kind's last word on an operation that is given up; whatever it meets, the operation ends.</summary>
    private async Task SettleAsync(IOperationKind kind, Operation operation, CancellationToken stopping)
    {
        try
        {
            await kind.AbandonAsync(operation, stopping);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !DatabaseAway.Is(failure))
        {
            LogCrashed(failure, operation.Id);
        }
    }

    /// <summary>Gives a lease back on the way out; one that is not given back ends by itself.</summary>
    private async Task TryAsync(Func<CancellationToken, Task> release)
    {
        try
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(3), time);
            await release(bound.Token);
        }
        catch (Exception failure)
        {
            LogDatabaseAway(failure.Message);
        }
    }

    [LoggerMessage(10, LogLevel.Information, "{Kind} {Target}: operation {Operation} starts")]
    private partial void LogStarted(string kind, string target, Guid operation);

    [LoggerMessage(11, LogLevel.Information, "{Kind} {Target}: {State}{Error}")]
    private partial void LogEnded(string kind, string target, OperationState state, string error);

    [LoggerMessage(12, LogLevel.Warning, "Operation {Operation} is another worker's now")]
    private partial void LogAbandoned(Guid operation);

    [LoggerMessage(13, LogLevel.Error, "Operation {Operation} broke off; it will be resumed")]
    private partial void LogCrashed(Exception failure, Guid operation);

    [LoggerMessage(14, LogLevel.Warning, "The database does not answer: {Reason}")]
    private partial void LogDatabaseAway(string reason);
}
