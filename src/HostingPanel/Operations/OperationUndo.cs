using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Operations;

/// <summary>Takes back what an operation has done, in reverse order. What can't be taken back is written down, and the rest goes on.</summary>
internal sealed partial class OperationUndo(
    OperationLease lease,
    IOperationKind kind,
    IOperationJobs jobs,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>For each step; more than the longest that a container may take to stop.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Does it to its end.</summary>
    /// <param name="operation">With its steps as they are now.</param>
    /// <param name="steps">The plan; empty where it can't be told any more.</param>
    /// <param name="stop">The process stops, or the lease is lost; another goes on from here.</param>
    public async Task RunAsync(Operation operation, IReadOnlyList<Step> steps, CancellationToken stop)
    {
        var what = OperationKinds.IsTakenBack(kind.Kind) ? "Taking back" : "Giving up";
        await lease.LogAsync(step: null, [$"{what}: {operation.ErrorMessage}"], areErrors: true, stop);
        if (await TakeBackAsync("its jobs", token => jobs.RemoveJobsAsync(operation.Id, token), stop) is { } left)
        {
            await lease.LogAsync(step: null, [left], areErrors: true, stop);
        }

        var undos = steps.ToDictionary(step => step.Name, step => step.UndoAsync, StringComparer.Ordinal);
        foreach (var row in operation.Steps.OrderByDescending(step => step.Ordinal))
        {
            if (row.State == StepState.Pending)
            {
                await lease.SetStepAsync(row.Name, StepState.Skipped, message: null, share: null, stop);
            }
            else if (row.State is StepState.Undone or StepState.Skipped)
            {
                continue;
            }
            else if (undos.GetValueOrDefault(row.Name) is { } undo)
            {
                await UndoAsync(row, undo, stop);
            }
            else if (row.State == StepState.Running)
            {
                await lease.SetStepAsync(row.Name, StepState.Failed, "It was broken off.", share: null, stop);
            }
        }
    }

    private async Task UndoAsync(OperationStep row, Func<CancellationToken, Task> undo, CancellationToken stop)
    {
        if (await TakeBackAsync(row.Name, undo, stop) is { } fault)
        {
            await lease.LogAsync(row.Name, [fault], areErrors: true, stop);
            await lease.SetStepAsync(row.Name, StepState.Failed, fault, share: null, stop);
        }
        // A step that failed keeps saying so, with its reason; what it had done is gone all the same.
        else if (row.State != StepState.Failed)
        {
            await lease.SetStepAsync(row.Name, StepState.Undone, message: null, share: null, stop);
        }
    }

    /// <summary>Tries until it is done or the time is up: an engine that restarts just now must not leave things behind.</summary>
    /// <returns>Null when it is done; otherwise why not.</returns>
    private async Task<string?> TakeBackAsync(string what, Func<CancellationToken, Task> undo, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        string? last = null;
        try
        {
            while (true)
            {
                try
                {
                    await undo(token.Token);
                    return null;
                }
                catch (Exception failure) when (IsOfTheWork(failure))
                {
                    LogUndoFailed(failure, what, lease.OperationId);
                    last = failure.Message;
                    await Task.Delay(Pause, time, token.Token);
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return $"Could not be taken back within {Patience.TotalMinutes:0} minutes{(last is null ? ": something still uses it." : $": {last}")}";
        }
    }

    /// <summary>Not the end of the worker or of its lease, and not a database that is away.</summary>
    public static bool IsOfTheWork(Exception failure) =>
        failure is not (OperationCanceledException or LeaseLostException) && !DatabaseAway.Is(failure);

    [LoggerMessage(22, LogLevel.Warning, "Step {Step} of operation {Operation} could not be undone yet")]
    private partial void LogUndoFailed(Exception failure, string step, Guid operation);
}
