using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostingPanel.Integration.Tests.Operations;

/// <summary>The row that tells the web whether anybody does what it takes in.</summary>
public sealed class WorkerHeartbeatTests : IAsyncLifetime
{
    private TestDatabase? _database;
    private ServiceProvider? _services;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IDbContextFactory<PanelDbContext> Contexts => _services!.GetRequiredService<IDbContextFactory<PanelDbContext>>();

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["Database:ConnectionString"] = _database.ConnectionString }
            )
            .Build();
        _services = new ServiceCollection().AddLogging().AddPanel(configuration).BuildServiceProvider();
        await using var context = await Contexts.CreateDbContextAsync(Cancellation);
        await context.Database.MigrateAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_row_says_when_the_runner_last_looked_for_work_and_stays_when_it_no_longer_looks()
    {
        using var runner = NewRunner(NewLease());
        Assert.Null(await AgeAsync());
        await runner.StartAsync(Cancellation);
        await UntilAsync(async () => await AgeAsync() is not null);
        Assert.InRange((await AgeAsync())!.Value, 0, 10);
        await runner.StopAsync(Cancellation);
        var last = await LookedAtAsync();
        Assert.Equal(last, await LookedAtAsync());
    }

    [Fact]
    public async Task A_worker_whose_clock_is_wrong_by_a_year_writes_the_databases_time()
    {
        var clock = new ClockAhead();
        using var runner = NewRunner(NewLease(clock), clock);
        await runner.StartAsync(Cancellation);
        await UntilAsync(async () => await AgeAsync() is not null);
        Assert.InRange((await AgeAsync())!.Value, 0, 10);
        await runner.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_second_worker_is_fenced_out_until_the_first_gives_way()
    {
        var (first, second) = (NewLease(), NewLease());
        Assert.True(await first.HoldAsync(Cancellation));
        Assert.False(await second.HoldAsync(Cancellation));
        Assert.True(await first.HoldAsync(Cancellation));
        Assert.Equal((true, false), (first.IsHeld, second.IsHeld));

        await first.ReleaseAsync(Cancellation);
        Assert.True(await second.HoldAsync(Cancellation));
        Assert.False(await first.HoldAsync(Cancellation));
        Assert.Equal((false, true), (first.IsHeld, second.IsHeld));
    }

    [Fact]
    public async Task A_worker_that_was_killed_is_followed_when_its_lease_has_ended()
    {
        var (killed, next) = (NewLease(), NewLease());
        Assert.True(await killed.HoldAsync(Cancellation));
        await using (var context = await Contexts.CreateDbContextAsync(Cancellation))
        {
            await context.Database.ExecuteSqlAsync($"UPDATE worker_heartbeats SET lease_until = now() - interval '1 second'", Cancellation);
        }

        Assert.True(await next.HoldAsync(Cancellation));
    }

    [Fact]
    public async Task A_second_worker_does_nothing_of_what_is_queued()
    {
        Assert.True(await NewLease().HoldAsync(Cancellation));
        using var runner = NewRunner(NewLease());
        await runner.StartAsync(Cancellation);
        await UntilAsync(() => runner.LastTurn != default);
        await using (var context = await Contexts.CreateDbContextAsync(Cancellation))
        {
            new OperationQueue(TimeProvider.System).Add(context, Access.Actor.Panel, "no-such-kind", null, "nothing");
            await context.SaveChangesAsync(Cancellation);
        }

        // It turns twice more, and each time leaves the operation alone.
        for (var turn = 0; turn < 2; turn++)
        {
            var last = runner.LastTurn;
            await UntilAsync(() => runner.LastTurn != last);
        }

        await using (var context = await Contexts.CreateDbContextAsync(Cancellation))
        {
            Assert.Equal(OperationState.Queued, await context.Operations.Select(operation => operation.State).SingleAsync(Cancellation));
        }

        await runner.StopAsync(Cancellation);
    }

    private WorkerLease NewLease(TimeProvider? time = null) => new(Contexts, time ?? TimeProvider.System, NullLogger<WorkerLease>.Instance);

    private OperationRunner NewRunner(WorkerLease lease, TimeProvider? time = null) =>
        new(
            new OperationLeases(Contexts, [], time ?? TimeProvider.System),
            lease,
            new NoJobs(),
            _services!.GetRequiredService<IChangeFeed>(),
            [],
            time ?? TimeProvider.System,
            NullLogger<OperationRunner>.Instance
        );

    /// <summary>Seconds by the database's clock, or null without a row.</summary>
    private async Task<double?> AgeAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Cancellation);
        var ages = await context
            .Database.SqlQuery<double>($"SELECT extract(epoch FROM now() - looked_at)::float8 AS \"Value\" FROM worker_heartbeats")
            .ToListAsync(Cancellation);
        return ages is [var age] ? age : null;
    }

    private async Task<DateTimeOffset> LookedAtAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Cancellation);
        return await context.WorkerHeartbeats.Select(heartbeat => heartbeat.LookedAt).SingleAsync(Cancellation);
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }
    }

    private sealed class ClockAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddYears(1);
    }

    /// <summary>Nothing here gets as far as to have any.</summary>
    private sealed class NoJobs : IOperationJobs
    {
        public Task RemoveJobsAsync(Guid operationId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
