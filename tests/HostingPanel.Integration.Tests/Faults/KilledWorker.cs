using System.Diagnostics;
using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>Kills the worker at a random moment of an operation and lets the next one finish it.</summary>
internal sealed class KilledWorker(TestInstallation installation, ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>A worker that dies is missed after its lease has run out, which is 15 s; the rest is the work itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private WorkerProcess _worker = WorkerProcess.Start(installation);

    private bool _hasWaited;

    /// <summary>Waits for an operation, undisturbed.</summary>
    /// <returns>How it went: each step's time without the time that it waited for a worker.</returns>
    public async Task<OperationView> FinishAsync(Guid operation, CancellationToken cancellationToken)
    {
        var view = await UntilAsync(operation, view => view.IsFinished, cancellationToken);
        Assert.True(view.State == OperationState.Succeeded, $"{view.Title}: {view.State} {view.ErrorMessage}\n{_worker.Log}");
        return view;
    }

    /// <summary>Kills the worker once somewhere in the operation: so far into one of its steps.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="usual">One of the same kind, undisturbed: long steps are met more often than short ones.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Whether it died with work in its hands.</returns>
    /// <remarks>
    /// Counted from the step's own beginning, not from the operation's: a machine that is busier or idler than it was then doesn't let
    /// the kills fall behind the end.
    /// </remarks>
    public async Task<bool> KillDuringAsync(Guid operation, OperationView usual, CancellationToken cancellationToken)
    {
        var steps = usual.Steps.Where(step => step.StartedAt is not null && step.FinishedAt > step.StartedAt).ToList();
        // Not quite to its end, for most kills shall meet it.
        var moment = steps.Sum(Seconds) * (RandomNumberGenerator.GetInt32(900) / 1000d);
        var (index, into) = (0, moment);
        while (into > Seconds(steps[index]))
        {
            into -= Seconds(steps[index++]);
        }

        var step = steps[index].Name;
        await UntilAsync(operation, view => HasCome(view, step), cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(into), cancellationToken);
        return await KillAsync(operation, $"{into:f3} s into {step}", cancellationToken);

        static double Seconds(StepView step) => (step.FinishedAt!.Value - step.StartedAt!.Value).TotalSeconds;
    }

    /// <summary>Kills the worker when an operation comes to a step, and lets the next one finish it.</summary>
    /// <returns>Whether it died with work in its hands.</returns>
    public async Task<bool> KillAtAsync(Guid operation, string step, CancellationToken cancellationToken)
    {
        await UntilAsync(operation, view => HasCome(view, step), cancellationToken);
        return await KillAsync(operation, $"at {step}", cancellationToken);
    }

    public void Dispose() => _worker.Dispose();

    private static bool HasCome(OperationView view, string step) =>
        view.IsFinished || view.Steps.Any(row => row.Name == step && row.State is StepState.Running or StepState.Done);

    private async Task<bool> KillAsync(Guid operation, string when, CancellationToken cancellationToken)
    {
        _worker.Kill();
        _worker.Dispose();
        output.WriteLine($"Operation {operation}: killed {when}");
        var met = !(await ViewAsync(operation, cancellationToken)).IsFinished;
        if (met && _hasWaited)
        {
            // The first time its leases run out as in life; for the other times these 15 s are taken to have passed.
            await ExpireLeasesAsync(cancellationToken);
        }

        _hasWaited |= met;
        _worker = WorkerProcess.Start(installation);
        await FinishAsync(operation, cancellationToken);
        return met;
    }

    private async Task ExpireLeasesAsync(CancellationToken cancellationToken)
    {
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"UPDATE operations SET lease_until = now() - interval '1 ms' WHERE lease_until IS NOT NULL",
            cancellationToken
        );
        await context.Database.ExecuteSqlAsync($"UPDATE worker_heartbeats SET lease_until = now() - interval '1 ms'", cancellationToken);
    }

    private async Task<OperationView> UntilAsync(Guid operation, Func<OperationView, bool> holds, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PollInterval);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var view = await ViewAsync(operation, cancellationToken);
            if (holds(view))
            {
                return view;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{view.Title} is still {view.State}.\n{_worker.Log}");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task<OperationView> ViewAsync(Guid operation, CancellationToken cancellationToken) =>
        (await installation.Get<OperationService>().GetAsync(Actor.Panel, operation, cancellationToken)).Value;
}
