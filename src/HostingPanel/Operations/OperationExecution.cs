using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Operations;

/// <summary>Does one leased operation: runs its steps as parallel as their order allows, or takes them back in reverse order.</summary>
internal sealed partial class OperationExecution(
    OperationLease lease,
    IOperationKind kind,
    IOperationJobs jobs,
    IChangeFeed changes,
    TimeProvider time,
    ILogger logger
)
{
    private volatile bool _cancelled;

    /// <summary>Does it to its end.</summary>
    /// <exception cref="LeaseLostException">Another worker has it now.</exception>
    /// <exception cref="OperationCanceledException">The process stops; the operation goes on in another.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var renewal = RenewAsync(stop, work);
        try
        {
            await RunAsync(work.Token, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await renewal;
        }
    }

    private async Task RunAsync(CancellationToken work, CancellationToken stop)
    {
        var operation = await lease.LoadAsync(stop);
        _cancelled |= operation.CancelRequestedAt is not null;
        if (lease.Token > 1)
        {
            await lease.LogAsync(step: null, [$"Taken up again (lease {lease.Token})."], areErrors: false, stop);
        }

        var steps = await PlanAsync(operation, stop);
        if (steps is not null && !operation.Undoing && await RunStepsAsync(operation, steps, work, stop))
        {
            await lease.FinishAsync(OperationState.Succeeded, left: null, stop);
            return;
        }

        operation = await lease.LoadAsync(stop);
        await new OperationUndo(lease, kind, jobs, time, logger).RunAsync(operation, steps ?? [], stop);
        await kind.AbandonAsync(operation, stop);
        var left = await kind.TellLeftAsync(operation, stop);
        await lease.FinishAsync(operation.ErrorCode == "cancelled" ? OperationState.Cancelled : OperationState.Failed, left, stop);
    }

    /// <summary>Finds out what there is to do; null when it is no longer possible.</summary>
    private async Task<IReadOnlyList<Step>?> PlanAsync(Operation operation, CancellationToken stop)
    {
        try
        {
            var steps = await kind.PlanAsync(operation, stop);
            await lease.PlanAsync(steps, stop);
            return steps;
        }
        catch (Exception refusal) when (operation.Undoing && OperationUndo.IsOfTheWork(refusal))
        {
            LogUnplannable(refusal, lease.OperationId);
            var message = $"What there is to take back can't be told: {refusal.Message}";
            await lease.LogAsync(step: null, [message], areErrors: true, stop);
            return null;
        }
        catch (Exception refusal) when (refusal is StepFailedException or PlatformException)
        {
            var code = refusal is PlatformException known ? known.Code : ((StepFailedException)refusal).Code;
            await lease.StartUndoAsync(code, refusal.Message, stop);
            return null;
        }
    }

    /// <summary>Keeps the lease alive beside the work; stops the work when the lease is lost or somebody cancels.</summary>
    private async Task RenewAsync(CancellationTokenSource stop, CancellationTokenSource work)
    {
        // A cancel is heard by notification, and by the renewal where the notification got lost.
        using var subscription = changes.Subscribe(change => change.Topic == ChangeTopic.Cancel && change.Id == lease.OperationId);
        var lastRenewal = time.GetTimestamp();
        try
        {
            while (true)
            {
                await subscription.WaitAsync(OperationLease.RenewInterval, stop.Token);
                try
                {
                    if (await lease.RenewAsync(stop.Token))
                    {
                        _cancelled = true;
                        await work.CancelAsync();
                    }

                    lastRenewal = time.GetTimestamp();
                }
                catch (Exception failure) when (DatabaseAway.Is(failure))
                {
                    // The lease may still be ours until it ends.
                    if (time.GetElapsedTime(lastRenewal) > OperationLease.Length)
                    {
                        throw new LeaseLostException(lease.OperationId);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
        catch (LeaseLostException)
        {
            LogLeaseLost(lease.OperationId);
            await stop.CancelAsync();
        }
    }

    /// <summary>True when every step is done; otherwise it is written down why not, and that all is to be taken back.</summary>
    private async Task<bool> RunStepsAsync(Operation operation, IReadOnlyList<Step> steps, CancellationToken work, CancellationToken stop)
    {
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var group = CancellationTokenSource.CreateLinkedTokenSource(work, halt.Token);
        var done = operation.Steps.Where(step => step.State == StepState.Done).Select(step => step.Name).ToHashSet(StringComparer.Ordinal);
        var waiting = steps.Where(step => !done.Contains(step.Name)).ToList();
        var running = new List<Task<(Step Step, StepFailure? Failure)>>();
        var hasFailed = false;
        try
        {
            await RunAllAsync();
        }
        catch
        {
            // Broken off, not failed: those beside it have nothing to write down, and are done again when it is resumed.
            await halt.CancelAsync();
            throw;
        }
        finally
        {
            // No step outlives its operation's run, whatever broke it off.
            await group.CancelAsync();
            await Task.WhenAll(running.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        stop.ThrowIfCancellationRequested();
        if (!hasFailed && waiting.Count == 0)
        {
            return true;
        }

        if (_cancelled)
        {
            await lease.StartUndoAsync(
                "cancelled",
                OperationKinds.IsTakenBack(kind.Kind)
                    ? "Somebody cancelled it; what it had made was taken back."
                    : "Somebody cancelled it; what was done by then stays as it is.",
                stop
            );
        }
        else if (!hasFailed)
        {
            throw new InvalidOperationException(
                $"Steps {string.Join(", ", waiting.Select(step => step.Name))} wait for steps that do not exist."
            );
        }

        return false;

        async Task RunAllAsync()
        {
            while (true)
            {
                if (!hasFailed && !_cancelled && !group.IsCancellationRequested)
                {
                    foreach (var step in waiting.Where(step => step.After.All(done.Contains)).ToList())
                    {
                        waiting.Remove(step);
                        running.Add(RunAsync(step));
                    }
                }

                if (running.Count == 0)
                {
                    break;
                }

                var ended = await Task.WhenAny(running);
                running.Remove(ended);
                var (endedStep, failure) = await ended;
                if (failure is null)
                {
                    done.Add(endedStep.Name);
                }
                else
                {
                    hasFailed = true;
                    await group.CancelAsync();
                }
            }
        }

        // The step comes back with its end: tasks that end at once without a failure may be one and the same object.
        async Task<(Step, StepFailure?)> RunAsync(Step step) =>
            (step, await new StepAttempts(lease, step, time, logger).RunAsync(group.Token, halt.Token));
    }

    [LoggerMessage(23, LogLevel.Error, "Operation {Operation} can't be planned while it is taken back")]
    private partial void LogUnplannable(Exception failure, Guid operation);

    [LoggerMessage(20, LogLevel.Warning, "The lease of operation {Operation} is lost; stopping work on it")]
    private partial void LogLeaseLost(Guid operation);
}
