using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostingPanel.Tests.Operations;

/// <summary>The real runner over a database of its own, with made-up kinds of operation and a clock that the test moves.</summary>
public abstract class RunnerTest(PostgresFixture postgres) : IAsyncLifetime
{
    private ServiceProvider? _services;
    private string? _connection;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected SteppedTime Time { get; } = new();

    private protected IServiceProvider Services => _services!;

    private protected IDbContextFactory<PanelDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<PanelDbContext>>();

    public async ValueTask InitializeAsync()
    {
        postgres.SkipWhenAbsent();
        _connection = await postgres.CreateDatabaseAsync();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Database:ConnectionString"] = _connection })
            .Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<TimeProvider>(Time)
            .AddPanel(configuration)
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_connection is not null)
        {
            await postgres.DropAsync(_connection);
        }
    }

    private protected OperationLeases NewLeases(params IOperationKind[] kinds) => new(Contexts, kinds, Time);

    private protected OperationRunner NewRunner(FakeKind kind, IChangeFeed? changes = null) =>
        new(
            NewLeases(kind),
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            new FakeJobs(kind.Events),
            changes ?? new SilentFeed(),
            [kind],
            Time,
            NullLogger<OperationRunner>.Instance
        );

    /// <summary>Queues one, a second younger than the one before.</summary>
    private protected async Task<Guid> QueueAsync(
        string kind = FakeKind.Name,
        Guid? siteId = null,
        OperationPriority priority = OperationPriority.Person,
        string? node = null
    )
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var request = new OperationRequest(kind, siteId, "target", priority, node);
        var operation = new OperationQueue(Time).Add(context, Actor.Panel, request);
        await context.SaveChangesAsync(Token);
        return operation.Id;
    }

    /// <summary>The time passes after which the leases of a dead worker are free.</summary>
    private protected async Task LetLeasesEndAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        await context.Database.ExecuteSqlAsync(
            $"UPDATE operations SET lease_until = now() - interval '1 second' WHERE state = 'Running'",
            Token
        );
    }

    /// <summary>The operation with its steps in order.</summary>
    private protected async Task<Operation> LoadAsync(Guid id)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps.OrderBy(step => step.Ordinal))
            .SingleAsync(operation => operation.Id == id, Token);
    }

    private protected async Task<List<OperationLogLine>> ReadLogAsync(Guid id)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context.OperationLog.AsNoTracking().Where(line => line.OperationId == id).OrderBy(line => line.Id).ToListAsync(Token);
    }
}
