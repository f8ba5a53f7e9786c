using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HostingPanel.Tests.Simulation;

/// <summary>A worker process: the real use cases, runner and database, over an engine in memory. It can be killed at any effect.</summary>
internal sealed class SimulatedWorker : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="database">Shared by the processes of a test: a dead one has given its connections back.</param>
    /// <param name="uploads">Where uploads lie.</param>
    /// <param name="engine">What it acts on.</param>
    /// <param name="crasher">When it dies; null for never.</param>
    public SimulatedWorker(NpgsqlDataSource database, string uploads, MemoryEngine engine, Crasher? crasher = null)
    {
        Crasher = crasher ?? new Crasher(killAt: null);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Database:ConnectionString"] = database.ConnectionString,
                    ["Uploads:Directory"] = uploads,
                    ["Images:wordpress"] = "wordpress:1",
                    ["Images:apache-php"] = "apache-php:1",
                    ["Images:mariadb"] = "mariadb:1",
                    ["Images:toolbox"] = "toolbox:1",
                    ["Images:postgres"] = "postgres:1",
                    ["Images:camera"] = "camera:1",
                    ["PanelBackups:KeepDays"] = "1",
                    ["PanelBackups:KeepWeeks"] = "0",
                }
            )
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(logging => logging.AddProvider(new TestLog()).AddFilter("Microsoft", LogLevel.None));
        services.AddSingleton<TimeProvider>(new FastTime());
        services.AddPanel(configuration);
        services.AddSingleton(database);
        services.ConfigureDbContext<PanelDbContext>(options =>
            options.AddInterceptors(new CrashingTransactions(Crasher), new CrashingCommands(Crasher))
        );
        services.AddOperationRunner();
        services.AddSingleton<ISecretProtector, FakeProtector>();
        services.AddSingleton<IManifestSigner, FakeProtector>();
        services.AddSingleton<IHostLookup, FakeHosts>();
        services.AddSingleton<FakeDns>();
        services.AddSingleton<IDnsLookup>(provider => provider.GetRequiredService<FakeDns>());
        services.AddSingleton<ISwarm>(new FakeSwarm(engine, Crasher));
        services.AddSingleton<IGateway>(new FakeGateway(engine, Crasher));
        _services = services.BuildServiceProvider();
    }

    public Crasher Crasher { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Does what is queued until nothing is left or the process is dead.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var runner = Get<OperationRunner>();
        try
        {
            while (!Crasher.IsDead && await runner.RunNextAsync(cancellationToken)) { }
        }
        catch (KilledException)
        {
            // Died while it looked for work.
        }
    }

    /// <summary>The time passes after which a dead worker's leases are free.</summary>
    public async Task LetLeasesEndAsync(CancellationToken cancellationToken)
    {
        await using var context = await Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"UPDATE operations SET lease_until = now() - interval '1 second' WHERE state = 'Running'",
            cancellationToken
        );
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
