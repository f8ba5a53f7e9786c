using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Operations;

/// <summary>What is taken back is taken back in order, within a bound, and what can't be planned ends.</summary>
public sealed class UndoTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    [Fact(Timeout = 60_000)]
    public async Task The_jobs_are_removed_before_anything_is_undone_and_the_site_is_settled_last()
    {
        var kind = new FakeKind();
        kind.Steps =
        [
            kind.Undoable("first", _ => Task.CompletedTask),
            kind.Undoable("second", _ => Task.CompletedTask, "first"),
            kind.Undoable("third", _ => throw new StepFailedException("broken", "It broke."), "second"),
        ];
        var id = await QueueAsync();

        Assert.True(await NewRunner(kind).RunNextAsync(Token));

        Assert.Equal(["jobs", "undo third", "undo second", "undo first", "abandon"], kind.Events);
        var ended = await LoadAsync(id);
        Assert.Equal((OperationState.Failed, "broken", "It broke."), (ended.State, ended.ErrorCode, ended.ErrorMessage));
        Assert.Equal([StepState.Undone, StepState.Undone, StepState.Failed], ended.Steps.Select(step => step.State));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_undo_that_never_ends_is_given_up_after_five_minutes_and_the_operation_says_so()
    {
        var undoing = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var kind = new FakeKind { Left = "A volume is left." };
        kind.Steps =
        [
            kind.Undoable("first", _ => Task.CompletedTask),
            new Step("second", "Second", (_, _) => Task.CompletedTask)
            {
                After = ["first"],
                UndoAsync = async token =>
                {
                    undoing.SetResult(token);
                    await Task.Delay(Timeout.Infinite, token);
                },
            },
            new Step("third", "Third", (_, _) => throw new StepFailedException("broken", "It broke.")) { After = ["second"] },
        ];
        var id = await QueueAsync();
        var run = NewRunner(kind).RunNextAsync(Token);
        var undo = await undoing.Task;

        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(undo.IsCancellationRequested);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(undo.IsCancellationRequested);
        Assert.True(await run);

        const string told = "Could not be taken back within 5 minutes: something still uses it.";
        var ended = await LoadAsync(id);
        Assert.Equal((OperationState.Failed, "broken", "It broke. A volume is left."), (ended.State, ended.ErrorCode, ended.ErrorMessage));
        Assert.Equal([StepState.Undone, StepState.Failed, StepState.Failed], ended.Steps.Select(step => step.State));
        Assert.Equal(told, ended.Steps[1].Message);
        Assert.Contains(("second", true, told), (await ReadLogAsync(id)).Select(line => (line.Step, line.IsError, line.Text)));
        // One that hangs keeps no other from being undone.
        Assert.Equal(["jobs", "undo first", "abandon"], kind.Events);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_undo_that_fails_is_tried_again_until_it_is_done()
    {
        var failures = 0;
        var kind = new FakeKind(
            new Step("only", "Only", (_, _) => throw new StepFailedException("broken", "It broke."))
            {
                Timeout = TimeSpan.FromMinutes(1),
                UndoAsync = _ => failures++ < 2 ? throw new PlatformException("volume-busy", "The volume is in use.") : Task.CompletedTask,
            }
        );
        var id = await QueueAsync();
        var run = NewRunner(kind).RunNextAsync(Token);

        await Time.ExpectAsync(TimeSpan.FromMinutes(1));
        // The bound of the jobs, then that of the step.
        await Time.ExpectAsync(TimeSpan.FromMinutes(5));
        await Time.ExpectAsync(TimeSpan.FromMinutes(5));
        await Time.PassAsync(TimeSpan.FromSeconds(2));
        await Time.PassAsync(TimeSpan.FromSeconds(2));
        Assert.True(await run);

        Assert.Equal(3, failures);
        Assert.Equal("It broke.", Assert.Single((await LoadAsync(id)).Steps).Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_operation_that_can_not_be_planned_fails_at_once_with_the_reason()
    {
        var kind = new FakeKind { Refusal = new PlatformException("node-gone", "The node has gone.") };
        var id = await QueueAsync();

        Assert.True(await NewRunner(kind).RunNextAsync(Token));

        var ended = await LoadAsync(id);
        Assert.Equal((OperationState.Failed, "node-gone", "The node has gone."), (ended.State, ended.ErrorCode, ended.ErrorMessage));
        Assert.Equal(1, ended.LeaseToken);
        Assert.Equal(["jobs", "abandon"], kind.Events);
    }
}
