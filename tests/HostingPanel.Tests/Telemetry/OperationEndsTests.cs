using HostingPanel.Operations;
using HostingPanel.Telemetry;
using HostingPanel.Tests.Operations;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostingPanel.Tests.Telemetry;

/// <summary>An operation ends once, and is counted once.</summary>
public sealed class OperationEndsTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    [Fact(Timeout = 60_000)]
    public async Task One_that_was_resumed_is_counted_by_the_worker_that_ended_it_alone()
    {
        using var metrics = new PanelMetrics();
        using var recorder = new MetricRecorder(metrics);
        var leases = Counted(metrics);
        await QueueAsync();
        var old = await leases.TakeAsync("old", Token);
        await LetLeasesEndAsync();
        var current = await leases.TakeAsync("current", Token);
        Assert.Equal(2, current?.Token);
        Assert.Empty(recorder.Told);

        await current!.FinishAsync(OperationState.Succeeded, left: null, Token);
        await Assert.ThrowsAsync<LeaseLostException>(() => old!.FinishAsync(OperationState.Failed, left: null, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => current.FinishAsync(OperationState.Succeeded, left: null, Token));

        // Its kind is the test's own: whatever stands in a row, a label is a word of the program's.
        Assert.Equal(
            ["operation.duration kind=other outcome=succeeded: 1", "operations.ended kind=other outcome=succeeded: 1"],
            recorder.Told
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Ends_are_told_by_kind_and_outcome_and_those_that_nobody_could_begin_to_restore_as_well()
    {
        using var metrics = new PanelMetrics();
        using var recorder = new MetricRecorder(metrics);
        var leases = Counted(metrics);
        foreach (
            var (kind, state) in new[]
            {
                (OperationKinds.StartSite, OperationState.Succeeded),
                (OperationKinds.StartSite, OperationState.Failed),
                (OperationKinds.HealSite, OperationState.Cancelled),
                (OperationKinds.RestoreInPlace, OperationState.Failed),
                (OperationKinds.DrillRestorePoint, OperationState.Failed),
                // Without the arguments that it should have: what it did can't be read, and that it ended is told all the same.
                (OperationKinds.CheckRepositories, OperationState.Failed),
            }
        )
        {
            await QueueAsync(kind);
            var lease = await leases.TakeAsync("worker", Token);
            await lease!.FinishAsync(state, left: null, Token);
        }

        Assert.Equal(
            [
                "operations.ended kind=check-repositories outcome=failed: 1",
                "operations.ended kind=drill-restore-point outcome=failed: 1",
                "operations.ended kind=heal-site outcome=cancelled: 1",
                "operations.ended kind=restore-in-place outcome=failed: 1",
                "operations.ended kind=start-site outcome=failed: 1",
                "operations.ended kind=start-site outcome=succeeded: 1",
                "restores_in_place.ended outcome=failed: 1",
            ],
            recorder.Told.Where(told => !told.StartsWith("operation.duration", StringComparison.Ordinal))
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_nobody_wants_to_know_is_not_counted()
    {
        using var metrics = new PanelMetrics();
        var leases = Counted(metrics);
        await QueueAsync();
        var lease = await leases.TakeAsync("worker", Token);
        Assert.False(metrics.IsWatched);
        await lease!.FinishAsync(OperationState.Succeeded, left: null, Token);

        using var recorder = new MetricRecorder(metrics);
        Assert.True(metrics.IsWatched);
        Assert.Empty(recorder.Told);
    }

    private OperationLeases Counted(PanelMetrics metrics) =>
        new(Contexts, [], Time, new OperationEnds(Contexts, metrics, NullLogger<OperationEnds>.Instance));
}
