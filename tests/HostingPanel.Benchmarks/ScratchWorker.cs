using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Worker;
using HostingPanel.Worker.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Benchmarks;

/// <summary>A worker in this process, with a database of its own that holds one organisation with room for any number of sites.</summary>
internal sealed class ScratchWorker : IAsyncDisposable
{
    private const string Organisation = "many";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly ScratchDatabase _database;

    private ScratchWorker(
        string name,
        IReadOnlyDictionary<string, string> images,
        ScratchDatabase database,
        Action<WebApplicationBuilder> change
    )
    {
        _database = database;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Settings(name));
        builder.Configuration.AddInMemoryCollection(
            images.Select(image => KeyValuePair.Create($"Images:{image.Key}", (string?)image.Value))
        );
        builder.AddWorker();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        change(builder);
        Application = builder.Build();
        Application.Urls.Add("http://127.0.0.1:0");
    }

    /// <summary>The worker. Nothing of it runs until it is started.</summary>
    public WebApplication Application { get; }

    /// <summary>Makes it.</summary>
    /// <param name="name">The name of its installation.</param>
    /// <param name="images">The images of its sites.</param>
    /// <param name="change">What is other than in any worker.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ScratchWorker> MakeAsync(
        string name,
        IReadOnlyDictionary<string, string> images,
        Action<WebApplicationBuilder> change,
        CancellationToken cancellationToken
    )
    {
        var worker = new ScratchWorker(name, images, await ScratchDatabase.MakeAsync(cancellationToken), change);
        try
        {
            await worker.MakeAsync(cancellationToken);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service of the worker's.</summary>
    public T Get<T>()
        where T : notnull => Application.Services.GetRequiredService<T>();

    /// <summary>Its database.</summary>
    public Task<PanelDbContext> ContextAsync(CancellationToken cancellationToken) =>
        Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);

    /// <summary>A site as it is after its first operation, so far as rows tell. The operation stays, and nobody runs it.</summary>
    public async Task<Operation> AddSiteAsync(string slug, Action<Site> change, CancellationToken cancellationToken)
    {
        var command = new CreateSite(slug, Organisation, "wordpress", "Many", "admin@example.org");
        var made = await Get<SiteManager>().CreateAsync(Actor.Panel, command, null, cancellationToken);
        var operationId = made.TryGet(out var accepted, out var problem)
            ? accepted.Operation.Id
            : throw new InvalidOperationException(problem.Message);
        await using var context = await ContextAsync(cancellationToken);
        var operation = await context.Operations.AsNoTracking().SingleAsync(operation => operation.Id == operationId, cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        await Get<SiteStore>()
            .UpdateAsync(
                operation.SiteId!.Value,
                site =>
                {
                    site.ProvisionedAt = now;
                    change(site);
                },
                cancellationToken
            );
        return operation;
    }

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await Get<DatabaseMigrator>().MigrateAsync(cancellationToken);
        var organisation = new CreateOrganisation(Organisation, "Many", "large");
        await Get<OrganisationService>().CreateAsync(Actor.Panel, organisation, null, cancellationToken);
        await using var context = await ContextAsync(cancellationToken);
        await context.Plans.ExecuteUpdateAsync(
            set =>
                set.SetProperty(plan => plan.MaxSites, 10_000)
                    .SetProperty(plan => plan.MaxMemoryBytes, 1L << 50)
                    .SetProperty(plan => plan.MaxRestorePoints, 100_000)
                    .SetProperty(plan => plan.MaxDiskBytes, 1L << 50),
            cancellationToken
        );
    }

    private Dictionary<string, string?> Settings(string name) =>
        new(StringComparer.Ordinal)
        {
            ["Panel:Installation"] = name,
            ["Panel:RunsCron"] = "false",
            ["Panel:RunsBackups"] = "false",
            ["Panel:SiteSubnets"] = $"10.115.{RandomNumberGenerator.GetInt32(8) * 32}.0/19",
            ["Database:ConnectionString"] = _database.ConnectionString,
            ["Worker:MasterKeyFile"] = Key("master-key"),
            ["Worker:InternalKeyFile"] = Key("internal-key"),
            ["Worker:DiskProbeDirectory"] = _directory.FullName,
            ["Uploads:Directory"] = _directory.FullName,
            ["Gateway:Directory"] = _directory.FullName,
            ["Gateway:KeyFile"] = Key("panel-gateway-key"),
        };

    private string Key(string name)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, RandomNumberGenerator.GetHexString(64, lowercase: true));
        return path;
    }
}
