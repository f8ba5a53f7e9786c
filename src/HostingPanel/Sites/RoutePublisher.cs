using System.Security.Cryptography;
using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Certificates;
using HostingPanel.Domains;
using HostingPanel.Persistence;
using HostingPanel.Platform;
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
            await gateway.ApplyAsync(
                await LoadAsync(cancellationToken),
                await certificates.ReadTrustAsync(cancellationToken),
                cancellationToken
            );
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<List<Route>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var sites = await context
            .Sites.AsNoTracking()
            .AsSplitQuery()
            .Where(site => site.Route != null)
            .Include(site => site.Domains)
            .Include(site => site.Secrets.Where(secret => secret.Name == SecretNames.GatewayKey))
            .OrderBy(site => site.Slug)
            .ToListAsync(cancellationToken);
        return [.. sites.Select(TryRouteOf).OfType<Route>()];
    }

    /// <summary>Null, with a line in the log, where a site can't be described: it must not keep the gateway from serving the others.</summary>
    private Route? TryRouteOf(Site site)
    {
        try
        {
            return RouteOf(site);
        }
        catch (Exception broken) when (broken is PlatformException or CryptographicException)
        {
            LogUnroutable(site.Slug, broken.Message);
            return null;
        }
    }

    private Route RouteOf(Site site)
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
        };
    }

    [LoggerMessage(52, LogLevel.Error, "{Site} is not served: {Reason}")]
    private partial void LogUnroutable(string site, string reason);

    [LoggerMessage(53, LogLevel.Error, "{Site} is not served as {Host}: that is the panel's own name now. Give one of them another.")]
    private partial void LogPanelsName(string site, string host);
}
