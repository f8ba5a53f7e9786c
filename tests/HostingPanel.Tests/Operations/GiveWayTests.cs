using HostingPanel.Operations;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Operations;

/// <summary>What can be done later makes way for what can't.</summary>
public sealed class GiveWayTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private static readonly Guid Site = Guid.CreateVersion7();

    private GiveWay Way => new(Contexts, new FastTime());

    [Fact(Timeout = 60_000)]
    public async Task Work_is_stopped_when_something_more_urgent_waits_for_its_site()
    {
        var operation = await LoadAsync(await QueueAsync(siteId: Site, priority: OperationPriority.Errand));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var working = Way.RunAsync(operation, TimeSpan.FromSeconds(20), token => WorkAsync(begun, token), Token);
        await begun.Task;
        // Of its own rank, of another site, or of no site: nothing to make way for.
        await QueueAsync(siteId: Site, priority: OperationPriority.Errand);
        await QueueAsync(siteId: Guid.CreateVersion7(), priority: OperationPriority.Person);
        await QueueAsync(siteId: null, priority: OperationPriority.Person);
        await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
        Assert.False(working.IsCompleted);
        await QueueAsync(siteId: Site, priority: OperationPriority.Repair);
        Assert.Null(await working);
    }

    [Fact(Timeout = 60_000)]
    public async Task Work_that_is_nearly_done_is_done_all_the_same()
    {
        var operation = await LoadAsync(await QueueAsync(siteId: Site, priority: OperationPriority.Schedule));
        await QueueAsync(siteId: Site, priority: OperationPriority.Person);
        var done = await Way.RunAsync(
            operation,
            TimeSpan.FromHours(1),
            async token =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), token);
                return "done";
            },
            Token
        );
        Assert.Equal("done", done);
    }

    private static async Task<string> WorkAsync(TaskCompletionSource begun, CancellationToken token)
    {
        begun.SetResult();
        await Task.Delay(Timeout.Infinite, token);
        return "done";
    }
}
