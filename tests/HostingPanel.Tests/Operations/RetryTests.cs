using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Operations;

/// <summary>Which steps are tried again, when, and for how long.</summary>
public sealed class RetryTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private static readonly TimeSpan StepTimeout = TimeSpan.FromMinutes(3);
    private static readonly PlatformException Passing = new("engine-away", "The engine restarts.") { IsPassing = true };
    private int _attempts;

    [Fact(Timeout = 60_000)]
    public async Task A_step_that_fails_in_passing_is_tried_again_after_growing_pauses()
    {
        var id = await QueueAsync();
        var run = NewRunner(KindThat(() => _attempts <= 2 ? throw Passing : Task.CompletedTask)).RunNextAsync(Token);

        await Time.ExpectAsync(StepTimeout);
        await Time.PassAsync(TimeSpan.FromMilliseconds(500));
        await Time.PassAsync(TimeSpan.FromSeconds(1));
        Assert.True(await run);

        var ended = await LoadAsync(id);
        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.Equal((StepState.Done, 3, 1d), (ended.Steps[0].State, ended.Steps[0].Attempts, ended.Steps[0].Progress));
        Assert.Equal(
            [("try", true, "The engine restarts. Tried again in 0.5 s."), ("try", true, "The engine restarts. Tried again in 1 s.")],
            (await ReadLogAsync(id)).Select(line => (line.Step, line.IsError, line.Text))
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task The_pauses_grow_no_longer_than_ten_seconds()
    {
        await QueueAsync();
        var run = NewRunner(KindThat(() => _attempts <= 7 ? throw Passing : Task.CompletedTask)).RunNextAsync(Token);

        await Time.ExpectAsync(StepTimeout);
        foreach (var seconds in new[] { 0.5, 1, 2, 4, 8, 10, 10 })
        {
            await Time.PassAsync(TimeSpan.FromSeconds(seconds));
        }

        Assert.True(await run);
        Assert.Equal(8, _attempts);
    }

    [Fact(Timeout = 60_000)]
    public Task A_step_that_fails_for_a_reason_of_its_own_fails_at_once() =>
        FailsAtOnceAsync(KindThat(() => throw new StepFailedException("no-room", "The disk is full.")), "no-room", "The disk is full.");

    [Fact(Timeout = 60_000)]
    public Task A_step_that_the_engine_refuses_for_good_fails_at_once() =>
        FailsAtOnceAsync(KindThat(() => throw new PlatformException("bad-image", "No such image.")), "bad-image", "No such image.");

    [Fact(Timeout = 60_000)]
    public Task A_step_that_must_not_be_tried_again_is_not_even_when_the_failure_passes()
    {
        var kind = KindThat(() => throw Passing);
        kind.Steps = [kind.Steps[0] with { MayRetry = _ => false }];
        return FailsAtOnceAsync(kind, "engine-away", "The engine restarts.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_step_whose_time_is_up_while_it_is_tried_again_tells_the_last_reason()
    {
        var id = await QueueAsync();
        var kind = KindThat(() => throw Passing);
        kind.Steps = [kind.Steps[0] with { Timeout = TimeSpan.FromSeconds(3) }];
        var run = NewRunner(kind).RunNextAsync(Token);

        await Time.ExpectAsync(TimeSpan.FromSeconds(3));
        await Time.PassAsync(TimeSpan.FromMilliseconds(500));
        await Time.PassAsync(TimeSpan.FromSeconds(1));
        // One and a half seconds are left of three.
        await Time.ExpectAsync(TimeSpan.FromSeconds(2));
        Time.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.False(run.IsCompleted);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await run);

        Assert.Equal(3, _attempts);
        await FailedAsync(id, "step-timed-out", "“Try” did not end within 0:00:03. The engine restarts.");
    }

    private async Task FailsAtOnceAsync(FakeKind kind, string code, string message)
    {
        var id = await QueueAsync();
        Assert.True(await NewRunner(kind).RunNextAsync(Token));
        Assert.Equal(1, _attempts);
        await FailedAsync(id, code, message);
    }

    private async Task FailedAsync(Guid id, string code, string message)
    {
        var ended = await LoadAsync(id);
        Assert.Equal((OperationState.Failed, code, message), (ended.State, ended.ErrorCode, ended.ErrorMessage));
        Assert.Equal((StepState.Failed, message), (ended.Steps[0].State, ended.Steps[0].Message));
        Assert.Equal(_attempts, ended.Steps[0].Attempts);
    }

    /// <summary>A kind of one step that does this, each attempt counted before it.</summary>
    private FakeKind KindThat(Func<Task> attempt) =>
        new(
            new Step(
                "try",
                "Try",
                (_, _) =>
                {
                    _attempts++;
                    return attempt();
                }
            )
            {
                Timeout = StepTimeout,
            }
        );
}
