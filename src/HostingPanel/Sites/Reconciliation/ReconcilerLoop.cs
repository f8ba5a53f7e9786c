using System.Data.Common;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>Lets the reconciler look: at once when something happened in the engine or an operation has ended, and now and then anyway.</summary>
internal sealed partial class ReconcilerLoop(
    Reconciler reconciler,
    ISwarm swarm,
    IChangeFeed changes,
    IWorkerLease lease,
    IDbContextFactory<PanelDbContext> contexts,
    PanelMetrics metrics,
    TimeProvider time,
    ILogger<ReconcilerLoop> logger
) : BackgroundService
{
    /// <summary>The engine tells of what happens; this is for what it does not tell, and for what was not heard.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    /// <summary>What happens at once is looked at once: a container that dies is followed by a dozen events.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(200);

    /// <summary>However much happens, no more than this share of the time goes into looking.</summary>
    private const double LongestShare = 0.2;
    private volatile bool _isLookWanted;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = changes.Subscribe(Concerns);
        var watching = WatchAsync(subscription, stoppingToken);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var started = time.GetUtcNow();
                var (wait, pause) = await LookAsync(stoppingToken);
                await Task.Delay(pause, time, stoppingToken);
                await UntilDueAsync(subscription, started, wait, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }

        await watching;
    }

    private bool Concerns(Change change)
    {
        _isLookWanted |= change.Topic == ChangeTopic.Look;
        return change.Topic is ChangeTopic.Look or ChangeTopic.Queue;
    }

    /// <returns>How long to wait for the next look if nothing happens, and how long in any case.</returns>
    private async Task<(TimeSpan Wait, TimeSpan Pause)> LookAsync(CancellationToken cancellationToken)
    {
        _isLookWanted = false;
        if (!lease.IsHeld)
        {
            // Another worker looks.
            return (RetryInterval, Debounce);
        }

        try
        {
            var result = await reconciler.PassAsync(cancellationToken);
            metrics.ReconcilerLooked(result.Elapsed);
            var untilDue = result.NextDue - time.GetUtcNow() ?? Interval;
            var wait =
                untilDue < TimeSpan.Zero ? TimeSpan.Zero
                : untilDue < Interval ? untilDue
                : Interval;
            return (wait, result.Elapsed * ((1 - LongestShare) / LongestShare));
        }
        catch (PlatformException problem)
        {
            metrics.ReconcilerLooked(duration: null);
            LogFailed(problem.Message);
            await ReportAsync(problem, cancellationToken);
            return (RetryInterval, Debounce);
        }
        catch (DbUpdateConcurrencyException)
        {
            // A site that it writes about was purged, or its troubles were forgotten, while it looked: no failure, but not what it saw either.
            LogOvertaken();
            return (TimeSpan.Zero, Debounce);
        }
        catch (Exception failure) when (failure is DbException || DatabaseAway.Is(failure))
        {
            metrics.ReconcilerLooked(duration: null);
            LogDatabaseAway(failure.GetBaseException().Message);
            return (RetryInterval, Debounce);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The edge of a look: whatever it was, the next one starts afresh.
            metrics.ReconcilerLooked(duration: null);
            LogCrashed(failure);
            return (RetryInterval, Debounce);
        }
    }

    private async Task UntilDueAsync(
        ChangeSubscription subscription,
        DateTimeOffset started,
        TimeSpan wait,
        CancellationToken cancellationToken
    )
    {
        var until = time.GetUtcNow() + wait;
        while (!_isLookWanted && until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            if (await subscription.WaitAsync(left, cancellationToken) && !_isLookWanted && await HasEndedAsync(started, cancellationToken))
            {
                break;
            }
        }

        await Task.Delay(Debounce, time, cancellationToken);
    }

    /// <summary>Of what is told only the end of an operation that may have changed something in the engine is worth a look.</summary>
    private async Task<bool> HasEndedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            return await context.Operations.AnyAsync(
                operation => operation.FinishedAt >= since && !OperationKinds.Passive.Contains(operation.Kind),
                cancellationToken
            );
        }
        catch (Exception failure) when (failure is DbException || DatabaseAway.Is(failure))
        {
            return false;
        }
    }

    private async Task ReportAsync(PlatformException problem, CancellationToken cancellationToken)
    {
        try
        {
            await reconciler.ReportAsync(problem, cancellationToken);
        }
        catch (Exception failure) when (failure is DbException || DatabaseAway.Is(failure))
        {
            LogFailed(failure.Message);
        }
    }

    private async Task WatchAsync(ChangeSubscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in swarm.WatchAsync(cancellationToken))
            {
                _isLookWanted = true;
                subscription.Signal();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "The engine could not be looked at: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(43, LogLevel.Warning, "The sites could not be compared with the engine, for the database does not answer: {Reason}")]
    private partial void LogDatabaseAway(string reason);

    [LoggerMessage(44, LogLevel.Information, "Something changed under a look at the engine: it looks again")]
    private partial void LogOvertaken();

    [LoggerMessage(42, LogLevel.Error, "A look at the engine broke off")]
    private partial void LogCrashed(Exception failure);
}
