using HostingPanel.Operations;

namespace HostingPanel.Tests.Operations;

/// <summary>Who gets which operation when.</summary>
public sealed class OperationLeasesTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    [Fact(Timeout = 60_000)]
    public async Task A_kind_runs_as_often_as_its_budget_allows_on_each_node()
    {
        var leases = NewLeases(new FakeKind { Budget = 1 });
        var first = await QueueAsync(node: "one");
        var second = await QueueAsync(node: "one");
        var elsewhere = await QueueAsync(node: "two");

        var running = await leases.TakeAsync("worker", Token);
        Assert.Equal(first, running?.OperationId);
        Assert.Equal(elsewhere, (await leases.TakeAsync("worker", Token))?.OperationId);
        Assert.Null(await leases.TakeAsync("worker", Token));

        await running!.FinishAsync(OperationState.Succeeded, left: null, Token);
        Assert.Equal(second, (await leases.TakeAsync("worker", Token))?.OperationId);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_budget_of_one_kind_is_not_that_of_another()
    {
        var leases = NewLeases(new FakeKind { Budget = 1 }, new FakeKind { Kind = "other", Budget = 2 });
        await QueueAsync();
        var waits = await QueueAsync();
        await QueueAsync("other");
        await QueueAsync("other");
        await QueueAsync("other");

        var taken = await TakeAllAsync(leases);

        Assert.Equal(3, taken.Count);
        Assert.DoesNotContain(waits, taken);
    }

    [Fact(Timeout = 60_000)]
    public async Task Kinds_that_share_a_budget_are_together_no_more_for_a_node_than_one_of_them()
    {
        var leases = NewLeases(
            new FakeKind { Budget = 2, Shared = "helpers" },
            new FakeKind
            {
                Kind = "other",
                Budget = 2,
                Shared = "helpers",
            }
        );
        var first = await QueueAsync(node: "one");
        var second = await QueueAsync("other", node: "one");
        await QueueAsync("other", node: "one");
        var elsewhere = await QueueAsync("other", node: "two");

        Assert.Equal([first, second, elsewhere], await TakeAllAsync(leases));
    }

    [Fact(Timeout = 60_000)]
    public async Task People_go_before_schedules_and_among_equals_the_oldest_goes_first()
    {
        var background = await QueueAsync(priority: OperationPriority.Background);
        var schedule = await QueueAsync(priority: OperationPriority.Schedule);
        var repair = await QueueAsync(priority: OperationPriority.Repair);
        var person = await QueueAsync(priority: OperationPriority.Person);
        var laterPerson = await QueueAsync(priority: OperationPriority.Person);

        Assert.Equal([person, laterPerson, repair, schedule, background], await TakeAllAsync(NewLeases(new FakeKind())));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_dead_worker_left_goes_before_everything_that_waits()
    {
        var leases = NewLeases(new FakeKind());
        var left = await QueueAsync(priority: OperationPriority.Background);
        Assert.Equal(left, (await leases.TakeAsync("dead", Token))?.OperationId);
        var person = await QueueAsync(priority: OperationPriority.Person);
        await LetLeasesEndAsync();

        var again = await leases.TakeAsync("alive", Token);

        Assert.Equal((left, 2), (again?.OperationId, again?.Token));
        Assert.Equal("alive", (await LoadAsync(left)).LeaseOwner);
        Assert.Equal(person, (await leases.TakeAsync("alive", Token))?.OperationId);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_site_has_one_operation_at_a_time_and_holds_up_no_other_site()
    {
        var leases = NewLeases(new FakeKind());
        var site = Ids.New(Time);
        var first = await QueueAsync(siteId: site);
        var second = await QueueAsync(siteId: site);
        var ofAnother = await QueueAsync(siteId: Ids.New(Time), priority: OperationPriority.Background);

        var running = await leases.TakeAsync("worker", Token);
        Assert.Equal(first, running?.OperationId);
        Assert.Equal(ofAnother, (await leases.TakeAsync("worker", Token))?.OperationId);
        Assert.Null(await leases.TakeAsync("worker", Token));

        await running!.FinishAsync(OperationState.Succeeded, left: null, Token);
        Assert.Equal(second, (await leases.TakeAsync("worker", Token))?.OperationId);
    }

    [Fact(Timeout = 60_000)]
    public async Task Workers_that_take_at_once_never_get_the_same_operation()
    {
        for (var number = 0; number < 40; number++)
        {
            await QueueAsync();
        }

        var taken = await TakeAtOnceAsync(new FakeKind());

        Assert.Equal(40, taken.Count);
        Assert.Equal(40, taken.Select(lease => lease.OperationId).Distinct().Count());
        Assert.All(taken, lease => Assert.Equal(1, lease.Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task Workers_that_take_at_once_never_go_beyond_a_budget_or_act_on_one_site_together()
    {
        var site = Ids.New(Time);
        for (var number = 0; number < 8; number++)
        {
            await QueueAsync(node: "one");
            await QueueAsync(siteId: site, node: "two");
        }

        var taken = await TakeAtOnceAsync(new FakeKind { Budget = 3 });

        var operations = await Task.WhenAll(taken.Select(lease => LoadAsync(lease.OperationId)));
        Assert.Equal(3, operations.Count(operation => operation.Node == "one"));
        Assert.Single(operations, operation => operation.SiteId == site);
    }

    private static async Task<List<Guid>> TakeAllAsync(OperationLeases leases)
    {
        var taken = new List<Guid>();
        while (await leases.TakeAsync("worker", Token) is { } lease)
        {
            taken.Add(lease.OperationId);
        }

        return taken;
    }

    /// <summary>Eight workers, each until it finds nothing more.</summary>
    private async Task<List<OperationLease>> TakeAtOnceAsync(FakeKind kind)
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => TakeAsync($"worker-{worker}"), Token)));
        return [.. taken.SelectMany(leases => leases)];

        async Task<List<OperationLease>> TakeAsync(string worker)
        {
            var leases = NewLeases(kind);
            var mine = new List<OperationLease>();
            while (await leases.TakeAsync(worker, Token) is { } lease)
            {
                mine.Add(lease);
            }

            return mine;
        }
    }
}
