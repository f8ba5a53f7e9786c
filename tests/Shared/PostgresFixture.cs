using System.Globalization;
using HostingPanel.Persistence;
using HostingPanel.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace HostingPanel.Testing;

/// <summary>
/// A real PostgreSQL, named by <c>HP_TEST_POSTGRES</c> (<c>./panel test</c> starts one and names it). Databases are made from a template that
/// the migrations were applied to once, each with a name that no other run has, and are dropped at the end.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Variable = "HP_TEST_POSTGRES";
    private readonly string? _server = Environment.GetEnvironmentVariable(Variable);
    private readonly string _run = $"hp_test_{Environment.ProcessId}_{Convert.ToHexStringLower(Guid.CreateVersion7().ToByteArray()[10..])}";
    private readonly SemaphoreSlim _templateInUse = new(1);
    private int _databases;

    /// <summary>False where no PostgreSQL is named; then tests skip.</summary>
    public bool IsPresent => _server is not null;

    /// <summary>Skips the test, with the reason, where there is no PostgreSQL.</summary>
    public void SkipWhenAbsent() =>
        Assert.SkipWhen(
            _server is null,
            $"{Variable} does not name a PostgreSQL server (Host=…;Port=…;Username=…;Password=…). ./panel test starts one and sets it."
        );

    /// <summary>Makes the template.</summary>
    public async ValueTask InitializeAsync()
    {
        if (_server is null)
        {
            return;
        }

        await ExecuteAsync($"CREATE DATABASE {_run}_template");
        await using var context = new PanelDbContext(
            new DbContextOptionsBuilder<PanelDbContext>()
                .UseNpgsql(For($"{_run}_template", pooling: false), npgsql => npgsql.MigrationsAssembly("HostingPanel.Migrations"))
                .Options
        );
        await context.Database.MigrateAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Makes a database with the panel's schema and gives its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        // A template serves one at a time.
        await _templateInUse.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{_run}_{++_databases}");
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {_run}_template");
            return For(name, pooling: true);
        }
        finally
        {
            _templateInUse.Release();
        }
    }

    /// <summary>Makes a database without any schema, as before the worker's first start.</summary>
    public async Task<string> CreateEmptyDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{_run}_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return For(name, pooling: true);
    }

    /// <summary>Drops a database, whoever is still connected.</summary>
    public Task DropAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Drops the template.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {_run}_template WITH (FORCE)");
        }

        _templateInUse.Dispose();
    }

    private string For(string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder(_server)
        {
            Database = database,
            Pooling = pooling,
            MaxPoolSize = 8,
        }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(For("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
