using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HostingPanel.Benchmarks;

/// <summary>
/// How many operations that do nothing the runner gets through in a second, against as many bare transactions by the same number of hands
/// in the same database. Two workers share the queue, and each operation must have been done by exactly one of them, once.
/// </summary>
internal static class OperationsBenchmark
{
    private const int Count = 1000;
    private const int Workers = 2;
    private const int HandsOfEach = 4;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var database = await ScratchDatabase.MakeAsync(cancellationToken);
        await MeasureAsync(database.ConnectionString, cancellationToken);
    }

    private static async Task MeasureAsync(string connection, CancellationToken cancellationToken)
    {
        var kind = new Nothing();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddPanel(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(new Dictionary<string, string?> { ["Database:ConnectionString"] = connection })
                    .Build()
            )
            .BuildServiceProvider();
        var contexts = services.GetRequiredService<IDbContextFactory<PanelDbContext>>();
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await context.Database.MigrateAsync(cancellationToken);
        }

        // The first round warms both sides.
        double ours = 0;
        double bare = 0;
        for (var round = 0; round < 2; round++)
        {
            await QueueAsync(contexts, cancellationToken);
            kind.Done.Clear();
            ours = await TimeAsync(worker => RunAsync(NewRunner(services, kind), cancellationToken));
            await CheckAsync(contexts, kind, cancellationToken);
            bare = await TimeAsync(worker => RunBareAsync(services, cancellationToken));
        }

        Figure.Print("operations.throughput", Count / ours, Count / bare, "1/s");
        Figure.Print("operations.each", ours * 1000 / Count, bare * 1000 / Count, "ms");
    }

    private static OperationRunner NewRunner(IServiceProvider services, IOperationKind kind)
    {
        var contexts = services.GetRequiredService<IDbContextFactory<PanelDbContext>>();
        return new OperationRunner(
            new OperationLeases(contexts, [kind], TimeProvider.System),
            new WorkerLease(contexts, TimeProvider.System, NullLogger<WorkerLease>.Instance),
            new NoJobs(),
            services.GetRequiredService<IChangeFeed>(),
            [kind],
            TimeProvider.System,
            NullLogger<OperationRunner>.Instance
        );
    }

    private static async Task<double> TimeAsync(Func<int, Task> worker)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker));
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task RunAsync(OperationRunner runner, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, HandsOfEach).Select(_ => Task.Run(WorkAsync, cancellationToken)));
        runner.Dispose();

        async Task WorkAsync()
        {
            while (await runner.RunNextAsync(cancellationToken)) { }
        }
    }

    /// <summary>As many transactions that change a row, and nothing beside.</summary>
    private static async Task RunBareAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<NpgsqlDataSource>();
        await Task.WhenAll(Enumerable.Range(0, HandsOfEach).Select(_ => Task.Run(WorkAsync, cancellationToken)));

        async Task WorkAsync()
        {
            for (var done = 0; done < Count / Workers / HandsOfEach; done++)
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await using var command = new NpgsqlCommand(
                    "INSERT INTO idempotency_records (actor_id, key, request_hash, result_id, created_at) "
                        + "VALUES (gen_random_uuid(), 'bare', ''::bytea, gen_random_uuid(), now())",
                    connection,
                    transaction
                );
                await command.ExecuteNonQueryAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }
    }

    private static async Task QueueAsync(IDbContextFactory<PanelDbContext> contexts, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var queue = new OperationQueue(TimeProvider.System);
        for (var number = 0; number < Count; number++)
        {
            queue.Add(context, Actor.Panel, Nothing.Name, siteId: null, number.ToString(CultureInfo.InvariantCulture));
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    private static async Task CheckAsync(IDbContextFactory<PanelDbContext> contexts, Nothing kind, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var wrong = await context.Operations.CountAsync(
            operation => operation.State != OperationState.Succeeded || operation.LeaseToken != 1,
            cancellationToken
        );
        if (wrong > 0 || kind.Done.Count != Count || kind.Done.Values.Any(times => times != 1))
        {
            throw new InvalidOperationException(
                $"Not every operation was done exactly once: {wrong} wrong, {kind.Done.Count} of {Count} done."
            );
        }
    }

    /// <summary>One step that does nothing but count.</summary>
    private sealed class Nothing : IOperationKind
    {
        public const string Name = "nothing";

        public ConcurrentDictionary<Guid, int> Done { get; } = new();

        public string Kind => Name;

        public int Budget => Workers * HandsOfEach;

        public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Step>>([
                new Step(
                    "count",
                    "Count",
                    (_, _) =>
                    {
                        Done.AddOrUpdate(operation.Id, 1, (_, times) => times + 1);
                        return Task.CompletedTask;
                    }
                ),
            ]);

        public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>These operations run none.</summary>
    private sealed class NoJobs : IOperationJobs
    {
        public Task RemoveJobsAsync(Guid operationId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
