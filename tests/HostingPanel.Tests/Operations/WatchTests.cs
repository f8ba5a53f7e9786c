using HostingPanel.Access;
using HostingPanel.Operations;

namespace HostingPanel.Tests.Operations;

/// <summary>Whoever watches an operation sees its end, also when no notification comes.</summary>
public sealed class WatchTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    [Fact(Timeout = 60_000)]
    public async Task A_watcher_sees_the_end_although_every_notification_got_lost()
    {
        var id = await QueueAsync();
        var service = new OperationService(Contexts, new SilentFeed(), Time);
        await using var watch = service.WatchAsync(Actor.Panel, id, Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(OperationState.Queued, watch.Current.State);

        Assert.True(await NewRunner(new FakeKind()).RunNextAsync(Token));

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(OperationState.Succeeded, watch.Current.State);
        Assert.False(await watch.MoveNextAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_of_the_log_sees_every_line_although_every_notification_got_lost()
    {
        var id = await QueueAsync();
        var service = new OperationService(Contexts, new SilentFeed(), Time);
        var kind = new FakeKind(new Step("talk", "Talk", (progress, _) => progress.LogAsync(["one", "two"])));
        await using var log = service.FollowLogAsync(Actor.Panel, id, after: 0, Token).GetAsyncEnumerator(Token);
        // Begins to read while there is nothing yet.
        var first = log.MoveNextAsync();

        Assert.True(await NewRunner(kind).RunNextAsync(Token));

        Assert.True(await first);
        Assert.Equal("one", log.Current.Text);
        Assert.True(await log.MoveNextAsync());
        Assert.Equal("two", log.Current.Text);
        Assert.False(await log.MoveNextAsync());
    }
}
