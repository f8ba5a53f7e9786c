using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Operations;

/// <summary>Why a step did not come to its end.</summary>
internal sealed record StepFailure(string Code, string Message);

/// <summary>Runs one step under its lease: within its time, again with back-off where it may, and tells how it went.</summary>
internal sealed partial class StepAttempts(OperationLease lease, Step step, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Null when it is done.</summary>
    /// <param name="work">Ends when another step failed or somebody cancelled.</param>
    /// <param name="stop">Ends when the worker stops or the lease is lost.</param>
    /// <exception cref="OperationCanceledException">The worker stops; nothing was decided.</exception>
    /// <exception cref="LeaseLostException">Nothing was decided here.</exception>
    public async Task<StepFailure?> RunAsync(CancellationToken work, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(step.Timeout, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(work, timeout.Token);
        var progress = new Progress(lease, step.Name, token.Token);
        Exception? last = null;
        var hasBegun = false;
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                await lease.BeginStepAsync(step.Name, token.Token);
                hasBegun = true;
                try
                {
                    await step.RunAsync(progress, token.Token);
                    await lease.SetStepAsync(step.Name, StepState.Done, message: null, share: null, stop);
                    return null;
                }
                catch (Exception failure) when (step.MayRetry(failure) && !token.IsCancellationRequested && !DatabaseAway.Is(failure))
                {
                    last = failure;
                    await lease.LogAsync(
                        step.Name,
                        [$"{failure.Message} Tried again in {pause.TotalSeconds:0.#} s."],
                        areErrors: true,
                        stop
                    );
                    await progress.ReportAsync($"{failure.Message} Trying again.");
                    await Task.Delay(pause, time, token.Token);
                }
            }
        }
        catch (Exception failure) when (!stop.IsCancellationRequested && failure is not LeaseLostException && !DatabaseAway.Is(failure))
        {
            if (work.IsCancellationRequested && !timeout.IsCancellationRequested)
            {
                // What it says now is the echo of being stopped.
                var stopped = new StepFailure("stopped", "Stopped, because another step failed or somebody cancelled.");
                if (hasBegun)
                {
                    await lease.SetStepAsync(step.Name, StepState.Failed, stopped.Message, share: null, stop);
                }

                return stopped;
            }

            var told = Tell(failure, last);
            await lease.FailStepAsync(step.Name, told.Code, told.Message, stop);
            return told;
        }
    }

    private StepFailure Tell(Exception failure, Exception? last)
    {
        switch (failure)
        {
            case OperationCanceledException:
                return new StepFailure(
                    "step-timed-out",
                    $"“{step.Title}” did not end within {step.Timeout:g}.{(last is null ? "" : $" {last.Message}")}"
                );
            case StepFailedException known:
                return new StepFailure(known.Code, known.Message);
            case PlatformException known:
                return new StepFailure(known.Code, known.Message);
            default:
                LogStepFailed(failure, step.Name, lease.OperationId);
                return new StepFailure(
                    "internal-error",
                    $"“{step.Title}” failed unexpectedly; the worker's log says more (operation {lease.OperationId})."
                );
        }
    }

    private sealed class Progress(OperationLease lease, string step, CancellationToken token) : StepProgress
    {
        public override Task ReportAsync(string message, double? share = null) =>
            lease.SetStepAsync(step, StepState.Running, message, share, token);

        public override Task LogAsync(IReadOnlyCollection<string> lines, bool areErrors = false) =>
            lines.Count == 0 ? Task.CompletedTask : lease.LogAsync(step, lines, areErrors, token);
    }

    [LoggerMessage(21, LogLevel.Error, "Step {Step} of operation {Operation} failed")]
    private partial void LogStepFailed(Exception failure, string step, Guid operation);
}
