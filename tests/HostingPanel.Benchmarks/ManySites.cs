using System.Globalization;
using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Worker;
using HostingPanel.Worker.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Benchmarks;

/// <summary>
/// Many sites of an installation of their own, with a worker in this process. Everything of them is in the database and in the swarm as it
/// is for any site: networks, secrets, volumes, services. They are stopped, for the machine could not run so many; so that the engine's
/// list of tasks is as long as for running ones, as many tasks with the same specs wait beside them for a node that there is not.
/// </summary>
internal sealed class ManySites : IAsyncDisposable
{
    private const int AtOnce = 4;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Installation _installation;
    private readonly int _count;

    // By its form ./panel knows it for scratch, should this be killed.
    private readonly string _name = $"hpt{RandomNumberGenerator.GetHexString(5, lowercase: true)}";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly ScratchDatabase _database;
    private readonly WebApplication _worker;
    private readonly SwarmThings _things;
    private bool _isStarted;

    private ManySites(Installation installation, int count, ScratchDatabase database)
    {
        (_installation, _count, _database) = (installation, count, database);
        _things = new SwarmThings(installation.Docker, _name);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Settings());
        builder.AddWorker();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // These sites have no visitors.
        builder.Services.Replace(ServiceDescriptor.Singleton<IGateway, NoGateway>());
        _worker = builder.Build();
        _worker.Urls.Add("http://127.0.0.1:0");
    }

    private T Get<T>()
        where T : notnull => _worker.Services.GetRequiredService<T>();

    public static async Task<ManySites> MakeAsync(Installation installation, int count, CancellationToken cancellationToken)
    {
        var sites = new ManySites(installation, count, await ScratchDatabase.MakeAsync(cancellationToken));
        try
        {
            await sites.MakeAsync(cancellationToken);
            return sites;
        }
        catch
        {
            await sites.DisposeAsync();
            throw;
        }
    }

    /// <summary>One look of the reconciler, which must find nothing wrong.</summary>
    public async Task<PassResult> LookAsync(CancellationToken cancellationToken)
    {
        var result = await Get<Reconciler>().PassAsync(cancellationToken);
        await using var context = await ContextAsync(cancellationToken);
        var complaints = await context.UnownedThings.Select(thing => thing.Message).ToListAsync(cancellationToken);
        complaints.AddRange(await context.SiteTroubles.Select(trouble => trouble.Message ?? trouble.Code!).ToListAsync(cancellationToken));
        return (result.Sites, result.Queued, complaints.Count) == (_count, 0, 0)
            ? result
            : throw new InvalidOperationException(
                $"Of {_count} sites {result.Sites} were seen, {result.Queued} to be mended. {string.Join(' ', complaints.Take(3))}"
            );
    }

    /// <summary>Starts all that a worker does.</summary>
    public Task StartWorkerAsync(CancellationToken cancellationToken)
    {
        _isStarted = true;
        return _worker.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await _worker.StopAsync(None);
        }

        await _worker.DisposeAsync();
        await Console.Error.WriteLineAsync("removing them");
        await _things.RemoveAsync();
        await _database.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await Get<DatabaseMigrator>().MigrateAsync(cancellationToken);
        await Get<OrganisationService>().CreateAsync(Actor.Panel, new CreateOrganisation("many", "Many", "large"), null, cancellationToken);
        await using (var context = await ContextAsync(cancellationToken))
        {
            await context.Plans.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(plan => plan.MaxSites, 10_000)
                        .SetProperty(plan => plan.MaxMemoryBytes, 1L << 50)
                        .SetProperty(plan => plan.MaxRestorePoints, 100_000)
                        .SetProperty(plan => plan.MaxDiskBytes, 1L << 50),
                cancellationToken
            );
        }

        await _things.MakeFrontAsync(cancellationToken);
        var numbers = Enumerable.Range(0, _count);
        await Parallel.ForEachAsync(numbers, Several(cancellationToken), async (number, token) => await MakeAsync(number, token));
        await using var done = await ContextAsync(cancellationToken);
        await done.Operations.ExecuteDeleteAsync(cancellationToken);
        await _things.MakeTasksAsync($"{_name}-{SlugOf(0)}-web", _count * 2, cancellationToken);
        await Console.Error.WriteLineAsync($"{_count} sites are in the swarm");
    }

    private async Task MakeAsync(int number, CancellationToken cancellationToken)
    {
        var command = new CreateSite(SlugOf(number), "many", "wordpress", "Many", "admin@example.org");
        var made = await Get<SiteManager>().CreateAsync(Actor.Panel, command, null, cancellationToken);
        var operationId = made.TryGet(out var accepted, out var problem)
            ? accepted.Operation.Id
            : throw new InvalidOperationException(problem.Message);
        await using var context = await ContextAsync(cancellationToken);
        var operation = await context.Operations.AsNoTracking().SingleAsync(operation => operation.Id == operationId, cancellationToken);
        var id = operation.SiteId!.Value;
        await Get<SiteStore>()
            .UpdateAsync(
                id,
                site =>
                {
                    (site.State, site.Route) = (SiteState.Stopped, RouteMode.Stopped);
                    site.ProvisionedAt = TimeProvider.System.GetUtcNow();
                },
                cancellationToken
            );
        // Measuring them is another thing's affair.
        await context
            .Volumes.Where(volume => volume.SiteId == id)
            .ExecuteUpdateAsync(set => set.SetProperty(volume => volume.MeasuredAt, operation.CreatedAt), cancellationToken);
        await Get<Sites.Operations.SiteSteps>().EnsureSecretsAsync(id, operation, cancellationToken);
        var site = await Get<SiteStore>().LoadAsync(id, operationId: null, cancellationToken);
        var swarm = Get<ISwarm>();
        await swarm.EnsureNetworkAsync(site.Network, cancellationToken);
        foreach (var volume in site.Volumes)
        {
            await _things.MakeVolumeAsync(volume, cancellationToken);
        }

        foreach (var service in site.Blueprint.Services)
        {
            await swarm.ApplyServiceAsync(site.Service(service.Name, replicas: 0), cancellationToken);
        }

        if (number % 50 == 49)
        {
            await Console.Error.WriteLineAsync($"made site {number + 1}");
        }
    }

    private static string SlugOf(int number) => string.Create(CultureInfo.InvariantCulture, $"many-{number}");

    private static ParallelOptions Several(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    private Task<PanelDbContext> ContextAsync(CancellationToken cancellationToken) =>
        Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);

    private Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Panel:Installation"] = _name,
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
        foreach (var (name, reference) in _installation.Images)
        {
            settings[$"Images:{name}"] = reference;
        }

        return settings;
    }

    private string Key(string name)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, RandomNumberGenerator.GetHexString(64, lowercase: true));
        return path;
    }

    private sealed class NoGateway : IGateway
    {
        public Task ApplyAsync(IReadOnlyList<Route> routes, GatewayTrust trust, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<ProbeResult> ProbeAsync(string host, string path, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nobody visits these sites.");
    }
}
