using System.Security.Cryptography;
using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Certificates;
using HostingPanel.Domains;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Traffic;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>Makes the gateway serve what the database says.</summary>
public interface IRoutePublisher
{
    /// <summary>Publishes all routes.</summary>
    Task PublishAsync(CancellationToken cancellationToken);
}

/// <summary>Every change of the gateway goes through here, one at a time.</summary>
internal sealed partial class RoutePublisher(
    IDbContextFactory<PanelDbContext> contexts,
    SiteStore store,
    CertificateStore certificates,
    IGateway gateway,
    TrafficStore settings,
    IOptions<PanelOptions> options,
    ILogger<RoutePublisher> logger
) : IRoutePublisher, IDisposable
{
    private readonly SiteNames _names = new(options.Value);
    private readonly DomainRules _rules = new(options.Value);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Sets a site's route and publishes all.</summary>
    public async Task SetAsync(Guid siteId, RouteMode? mode, CancellationToken cancellationToken)
    {
        await store.UpdateAsync(siteId, site => site.Route = mode, cancellationToken);
        await PublishAsync(cancellationToken);
    }

    /// <summary>Publishes all routes.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            // Side by side: somebody waits for it.
            var (reading, trusting) = (LoadAsync(cancellationToken), certificates.ReadTrustAsync(cancellationToken));
            await Task.WhenAll(reading, trusting);
            var loaded = await reading;
            try
            {
                await gateway.ApplyAsync(loaded.Routes, await trusting, cancellationToken);
            }
            catch (PlatformException refused)
            {
                await settings.ArrivedAsync(loaded.Pending, refused.Message, cancellationToken);
                throw;
            }

            await settings.ArrivedAsync(loaded.Pending, fault: null, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<(List<Route> Routes, IReadOnlyList<TrafficSettings> Pending)> LoadAsync(CancellationToken cancellationToken)
    {
        // First: what is set from now on has to be published again.
        var stored = await settings.LoadAsync(cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var sites = await context
            .Sites.AsNoTracking()
            .AsSplitQuery()
            .Where(site => site.Route != null)
            .Include(site => site.Domains)
            .Include(site => site.Secrets.Where(secret => secret.Name == SecretNames.GatewayKey))
            .OrderBy(site => site.Slug)
            .ToListAsync(cancellationToken);
        return (
            [.. sites.Select(site => TryRouteOf(site, stored.GetValueOrDefault(site.Id))).OfType<Route>()],
            [.. stored.Values.Where(row => row.AppliedAt is null)]
        );
    }

    /// <summary>Null, with a line in the log, where a site can't be described: it must not keep the gateway from serving the others.</summary>
    private Route? TryRouteOf(Site site, TrafficSettings? traffic)
    {
        try
        {
            return RouteOf(site, traffic);
        }
        catch (Exception broken) when (broken is PlatformException or CryptographicException)
        {
            LogUnroutable(site.Slug, broken.Message);
            return null;
        }
    }

    private Route RouteOf(Site site, TrafficSettings? traffic)
    {
        var front = store.BlueprintOf(site).Front;
        var hosts = HostPlan.Of(site, _rules);
        var panel = options.Value.PanelDomain;
        // The panel may have been given, as its own name, one that a site has had before.
        if (hosts.Any(host => host.Name == panel))
        {
            LogPanelsName(site.Slug, panel);
            hosts =
            [
                .. hosts
                    .Where(host => host.Name != panel)
                    .Select(host => host.RedirectTo == panel ? host with { RedirectTo = null } : host),
            ];
        }

        return new Route
        {
            Slug = site.Slug,
            Hosts = hosts,
            Mode = site.Route!.Value,
            Upstream = _names.Service(site.Slug, front.Service),
            Port = front.Port,
            // A site that was just announced has no key yet, and nothing is handed to it.
            GatewayKey = site.Secrets.Count == 0 ? string.Empty : Encoding.ASCII.GetString(store.Open(site, SecretNames.GatewayKey)),
            MaxConnections = front.MaxConcurrent,
            MaxBodyBytes = front.MaxUpload,
            Timeout = front.Timeout,
            Traffic = TrafficStore.Of(traffic, front, options.Value),
        };
    }

    [LoggerMessage(52, LogLevel.Error, "{Site} is not served: {Reason}")]
    private partial void LogUnroutable(string site, string reason);

    [LoggerMessage(53, LogLevel.Error, "{Site} is not served as {Host}: that is the panel's own name now. Give one of them another.")]
    private partial void LogPanelsName(string site, string host);
}
