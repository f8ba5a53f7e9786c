using HostingPanel.Access;
using HostingPanel.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HostingPanel.Tests.Operations;

/// <summary>A cancel really stops the work.</summary>
public sealed class CancelTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private readonly TaskCompletionSource<CancellationToken> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 60_000)]
    public async Task A_cancel_stops_the_running_step_and_takes_everything_back_in_reverse()
    {
        using var feed = new ChangeFeed(Services.GetRequiredService<NpgsqlDataSource>(), Time, NullLogger<ChangeFeed>.Instance);
        await feed.StartAsync(Token);
        try
        {
            await IsStoppedAndTakenBackAsync(feed);
        }
        finally
        {
            await feed.StopAsync(Token);
        }
    }

    [Fact(Timeout = 60_000)]
    public Task A_cancel_whose_notification_got_lost_is_heard_all_the_same() => IsStoppedAndTakenBackAsync(new SilentFeed());

    [Fact(Timeout = 60_000)]
    public async Task An_operation_that_is_cancelled_in_the_queue_begins_no_step()
    {
        var kind = NewKind();
        var id = await QueueAsync();
        var service = new OperationService(Contexts, new SilentFeed(), Time);
        Assert.True((await service.CancelAsync(Actor.Panel, id, idempotencyKey: null, Token)).Value.IsCancelRequested);

        Assert.True(await NewRunner(kind).RunNextAsync(Token));

        var ended = await LoadAsync(id);
        Assert.Equal((OperationState.Cancelled, "cancelled"), (ended.State, ended.ErrorCode));
        Assert.All(ended.Steps, step => Assert.Equal((StepState.Skipped, 0), (step.State, step.Attempts)));
        Assert.Equal(["jobs", "abandon"], kind.Events);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_finished_operation_can_not_be_cancelled_but_the_same_request_may_come_twice()
    {
        var id = await QueueAsync();
        var service = new OperationService(Contexts, new SilentFeed(), Time);
        Assert.Null((await service.CancelAsync(Actor.Panel, id, "the-key", Token)).Problem);
        Assert.True(await NewRunner(NewKind()).RunNextAsync(Token));

        var problem = (await service.CancelAsync(Actor.Panel, id, idempotencyKey: null, Token)).Problem;

        Assert.Equal((ProblemKind.Conflict, "operation-finished"), (problem?.Kind, problem?.Code));
        Assert.Equal(OperationState.Cancelled, (await service.CancelAsync(Actor.Panel, id, "the-key", Token)).Value.State);
    }

    private async Task IsStoppedAndTakenBackAsync(IChangeFeed feed)
    {
        var kind = NewKind();
        var id = await QueueAsync();
        var service = new OperationService(Contexts, feed, Time);
        var run = NewRunner(kind, feed).RunNextAsync(Token);
        var step = await _begun.Task;
        Assert.False(step.IsCancellationRequested);

        Assert.True((await service.CancelAsync(Actor.Panel, id, idempotencyKey: null, Token)).Value.IsCancelRequested);
        Assert.True(await run);

        Assert.True(step.IsCancellationRequested);
        Assert.Equal(["stopped", "jobs", "undo third", "undo second", "undo first", "abandon"], kind.Events);
        var ended = await LoadAsync(id);
        Assert.Equal((OperationState.Cancelled, "cancelled"), (ended.State, ended.ErrorCode));
        Assert.Equal([StepState.Undone, StepState.Undone, StepState.Failed, StepState.Skipped], ended.Steps.Select(each => each.State));
    }

    /// <summary>Four steps, one after the other; the third ends only when it is stopped.</summary>
    private FakeKind NewKind()
    {
        var kind = new FakeKind();
        kind.Steps =
        [
            kind.Undoable("first", _ => Task.CompletedTask),
            kind.Undoable("second", _ => Task.CompletedTask, "first"),
            kind.Undoable("third", EndlessAsync, "second"),
            kind.Undoable("fourth", _ => Task.CompletedTask, "third"),
        ];
        return kind;

        async Task EndlessAsync(CancellationToken token)
        {
            _begun.SetResult(token);
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                kind.Events.Enqueue("stopped");
            }
        }
    }
}
