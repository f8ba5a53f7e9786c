using System.Globalization;
using System.Security.Cryptography;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
    private readonly int _count;
    private readonly string _name;
    private readonly ScratchWorker _worker;
    private readonly SwarmThings _things;
    private bool _isStarted;

    private ManySites(Installation installation, int count, string name, ScratchWorker worker)
    {
        (_count, _name, _worker) = (count, name, worker);
        _things = new SwarmThings(installation.Docker, name);
    }

    public static async Task<ManySites> MakeAsync(Installation installation, int count, CancellationToken cancellationToken)
    {
        // By its form ./panel knows it for scratch, should this be killed.
        var name = $"hpt{RandomNumberGenerator.GetHexString(5, lowercase: true)}";
        var worker = await ScratchWorker.MakeAsync(
            name,
            installation.Images,
            // These sites have no visitors.
            static builder =>
                builder.Services.Replace(ServiceDescriptor.Singleton<IGateway, NoGateway>()),
            cancellationToken
        );
        var sites = new ManySites(installation, count, name, worker);
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
        var result = await _worker.Get<Reconciler>().PassAsync(cancellationToken);
        await using var context = await _worker.ContextAsync(cancellationToken);
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
        return _worker.Application.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await _worker.Application.StopAsync(None);
        }

        await Console.Error.WriteLineAsync("removing them");
        await _things.RemoveAsync();
        await _worker.DisposeAsync();
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await _things.MakeFrontAsync(cancellationToken);
        var numbers = Enumerable.Range(0, _count);
        await Parallel.ForEachAsync(numbers, Several(cancellationToken), async (number, token) => await MakeAsync(number, token));
        await using var done = await _worker.ContextAsync(cancellationToken);
        await done.Operations.ExecuteDeleteAsync(cancellationToken);
        await _things.MakeTasksAsync($"{_name}-{SlugOf(0)}-web", _count * 2, cancellationToken);
        await Console.Error.WriteLineAsync($"{_count} sites are in the swarm");
    }

    private async Task MakeAsync(int number, CancellationToken cancellationToken)
    {
        var operation = await _worker.AddSiteAsync(
            SlugOf(number),
            site => (site.State, site.Route) = (SiteState.Stopped, RouteMode.Stopped),
            cancellationToken
        );
        var id = operation.SiteId!.Value;
        await using var context = await _worker.ContextAsync(cancellationToken);
        // Measuring them is another thing's affair.
        await context
            .Volumes.Where(volume => volume.SiteId == id)
            .ExecuteUpdateAsync(set => set.SetProperty(volume => volume.MeasuredAt, operation.CreatedAt), cancellationToken);
        await _worker.Get<Sites.Operations.SiteSteps>().EnsureSecretsAsync(id, operation, cancellationToken);
        var site = await _worker.Get<SiteStore>().LoadAsync(id, operationId: null, cancellationToken);
        var swarm = _worker.Get<ISwarm>();
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

    private sealed class NoGateway : IGateway
    {
        public Task ApplyAsync(IReadOnlyList<Route> routes, GatewayTrust trust, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<ProbeResult> ProbeAsync(string host, string path, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nobody visits these sites.");
    }
}
