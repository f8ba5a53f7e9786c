using HostingPanel.Operations;
using Npgsql;

namespace HostingPanel.Tests.Operations;

/// <summary>The database goes away under one of several steps that run side by side.</summary>
public sealed class BrokenOffTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private bool _isAway = true;

    [Fact(Timeout = 60_000)]
    public async Task A_step_beside_one_that_lost_the_database_has_not_failed_and_is_done_again()
    {
        var beside = new TaskCompletionSource();
        var kind = new FakeKind();
        kind.Steps =
        [
            kind.Undoable(
                "loses",
                async _ =>
                {
                    await beside.Task;
                    if (_isAway)
                    {
                        throw new NpgsqlException("Exception while reading from stream", new IOException("Connection reset by peer"));
                    }
                }
            ),
            kind.Undoable(
                "beside",
                async token =>
                {
                    beside.TrySetResult();
                    await (_isAway ? Task.Delay(Timeout.InfiniteTimeSpan, token) : Task.CompletedTask);
                }
            ),
        ];
        var id = await QueueAsync();
        Assert.True(await NewRunner(kind).RunNextAsync(Token));
        var broken = await LoadAsync(id);
        Assert.Equal((OperationState.Running, false), (broken.State, broken.Undoing));
        Assert.All(broken.Steps, step => Assert.Equal(StepState.Running, step.State));

        _isAway = false;
        await LetLeasesEndAsync();
        Assert.True(await NewRunner(kind).RunNextAsync(Token));
        var ended = await LoadAsync(id);
        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.All(ended.Steps, step => Assert.Equal(StepState.Done, step.State));
        Assert.Empty(kind.Events);
    }
}
