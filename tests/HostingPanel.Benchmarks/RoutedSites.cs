using System.Globalization;
using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Traffic;
using Microsoft.Extensions.Configuration;

namespace HostingPanel.Benchmarks;

/// <summary>Many sites in the database of a worker in this process, which publishes them to a gateway. The engine has none of them.</summary>
internal sealed class RoutedSites : IAsyncDisposable
{
    private const int AtOnce = 4;
    private readonly ScratchWorker _worker;

    private RoutedSites(ScratchWorker worker) => _worker = worker;

    /// <summary>A name for their installation.</summary>
    public static string NewName() => $"hpt{RandomNumberGenerator.GetHexString(5, lowercase: true)}";

    /// <summary>The name of a site's front service in the engine's DNS.</summary>
    public static string UpstreamOf(string installation, int number) => $"{installation}-{SlugOf(number)}-web";

    /// <summary>The host name of a site.</summary>
    public static string HostOf(int number) => $"{SlugOf(number)}.localhost";

    /// <summary>Makes them.</summary>
    public static async Task<RoutedSites> MakeAsync(
        Installation installation,
        SeparateGateway gateway,
        string name,
        int count,
        CancellationToken cancellationToken
    )
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Gateway:Directory"] = gateway.Directory,
            ["Gateway:Address"] = gateway.End.Address.ToString(),
        };
        var worker = await ScratchWorker.MakeAsync(
            name,
            installation.Images,
            builder => builder.Configuration.AddInMemoryCollection(settings),
            cancellationToken
        );
        var sites = new RoutedSites(worker);
        try
        {
            var several = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, count), several, sites.MakeAsync);
            return sites;
        }
        catch
        {
            await sites.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes what the database says, as the worker does after each change.</summary>
    public Task PublishAsync(CancellationToken cancellationToken) => _worker.Get<IRoutePublisher>().PublishAsync(cancellationToken);

    /// <summary>Leads a path of a site to another one, as a person would.</summary>
    public async Task RedirectAsync(int number, string from, string to, CancellationToken cancellationToken)
    {
        var command = new TrafficCommand { Redirects = [new TrafficRedirect(from, to)] };
        var set = await _worker.Get<TrafficService>().SetAsync(Actor.Panel, SlugOf(number), command, cancellationToken);
        if (!set.TryGet(out _, out var problem))
        {
            throw new InvalidOperationException(problem.Message);
        }
    }

    /// <summary>Asks for a site's front page through the gateway.</summary>
    public Task<ProbeResult> ProbeAsync(int number, CancellationToken cancellationToken) =>
        _worker.Get<IGateway>().ProbeAsync(HostOf(number), "/", cancellationToken);

    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    private static string SlugOf(int number) => string.Create(CultureInfo.InvariantCulture, $"many-{number}");

    private async ValueTask MakeAsync(int number, CancellationToken cancellationToken)
    {
        var operation = await _worker.AddSiteAsync(
            SlugOf(number),
            site => (site.State, site.Route) = (SiteState.Running, RouteMode.Serve),
            cancellationToken
        );
        await _worker.Get<SiteStore>().EnsureSecretsAsync(operation.SiteId!.Value, cancellationToken);
    }
}
