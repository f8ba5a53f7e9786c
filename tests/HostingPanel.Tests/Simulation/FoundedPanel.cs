using Npgsql;

namespace HostingPanel.Tests.Simulation;

/// <summary>A database of a test's own with an organisation in it, and a place for uploads; both go with it.</summary>
internal sealed class FoundedPanel : IAsyncDisposable
{
    private readonly PostgresFixture _postgres;
    private readonly string _connection;
    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hp-founded-");

    private FoundedPanel(PostgresFixture postgres, string connection) =>
        (_postgres, _connection, Database) = (postgres, connection, NpgsqlDataSource.Create(connection));

    public NpgsqlDataSource Database { get; }
    public string Uploads => _uploads.FullName;

    /// <summary>Makes one; skips the test where there is no PostgreSQL.</summary>
    public static async Task<FoundedPanel> StartAsync(PostgresFixture postgres)
    {
        postgres.SkipWhenAbsent();
        var panel = new FoundedPanel(postgres, await postgres.CreateDatabaseAsync());
        try
        {
            await SiteLife.FoundAsync(panel.Database, panel.Uploads, TestContext.Current.CancellationToken);
            return panel;
        }
        catch
        {
            await panel.DisposeAsync();
            throw;
        }
    }

    /// <summary>A site's life in it, over this engine.</summary>
    public SiteLife Live(MemoryEngine engine, string blueprint = "wordpress") => new(Database, Uploads, engine, blueprint);

    /// <summary>A worker of it, over this engine.</summary>
    public SimulatedWorker Work(MemoryEngine engine) => new(Database, Uploads, engine);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _postgres.DropAsync(_connection);
        _uploads.Delete(recursive: true);
    }
}
