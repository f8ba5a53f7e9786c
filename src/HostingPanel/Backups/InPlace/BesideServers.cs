using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Backups.InPlace;

/// <summary>
/// A restore in place loads its databases while the site goes on serving: into servers of their own, on the new volumes, by names that
/// nothing of the site knows. They go before the site's own servers are started on these volumes.
/// </summary>
internal sealed class BesideServers(RestoreStore store, SiteStore sites, ISwarm swarm)
{
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);

    /// <summary>By which name it is found; no other than the operation's own jobs are told it.</summary>
    public static string HostOf(string service, Guid operationId) => $"{service}-beside-{Short(operationId)}";

    /// <summary>The server in the place of a database service.</summary>
    /// <param name="site">The site as it will be.</param>
    /// <param name="service">The database service.</param>
    /// <param name="operationId">The restore.</param>
    public static ServiceDefinition Of(SiteAssembly site, string service, Guid operationId)
    {
        var own = site.Service(service, replicas: 1);
        var host = HostOf(service, operationId);
        return own with
        {
            Name = $"{own.Name}-beside-{Short(operationId)}",
            // No service of the blueprint has this name: how it is says nothing of the site's own server.
            Service = host,
            Container = own.Container with
            {
                Networks = [new NetworkAttachment(site.Network.Name, [host])],
                Secrets =
                [
                    .. own.Container.Secrets.Select(secret =>
                        secret.FileName == SecretNames.InitSql
                            ? secret with
                            {
                                SecretName = LoadingSecret(site, service, operationId),
                            }
                            : secret
                    ),
                ],
            },
        };
    }

    /// <summary>The step that starts one.</summary>
    public Step Start(Operation operation, string service, params string[] after) =>
        new(
            $"beside-{service}",
            $"Start a server beside {service}",
            async (_, cancellationToken) =>
            {
                var work = await store.LoadAsync(operation, cancellationToken);
                await swarm.EnsureSecretAsync(
                    new SecretDefinition(
                        LoadingSecret(work.Site, service, operation.Id),
                        sites.RenderInitSql(work.Site.Site, service, InitSqlGrants.Loading),
                        work.Site.Owner
                    ),
                    cancellationToken
                );
                var server = work.Server(service);
                await swarm.ApplyServiceAsync(server, cancellationToken);
                await swarm.WaitForServiceAsync(server, ServiceTimeout, cancellationToken);
            }
        )
        {
            After = after,
            UndoAsync = cancellationToken => RemoveAsync(operation, service, cancellationToken),
            Timeout = ServiceTimeout + TimeSpan.FromSeconds(30),
        };

    /// <summary>The step that takes them away, when their databases are loaded: from then on their volumes are nobody's but the site's.</summary>
    public Step Release(Operation operation, IReadOnlyList<string> services, params string[] after) =>
        new(
            "release",
            "Stop what was started beside",
            async (_, cancellationToken) =>
            {
                foreach (var service in services)
                {
                    await RemoveAsync(operation, service, cancellationToken);
                }
            }
        )
        {
            After = after,
        };

    private async Task RemoveAsync(Operation operation, string service, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        await swarm.RemoveServiceAsync(Of(site, service, operation.Id).Name, cancellationToken);
        await swarm.RemoveSecretAsync(LoadingSecret(site, service, operation.Id), cancellationToken);
    }

    private static string LoadingSecret(SiteAssembly site, string service, Guid operationId) =>
        $"{site.SecretName(SiteAssembly.InitSqlSecret(service))}-{Short(operationId)}";

    private static string Short(Guid operationId) => operationId.ToString("N")[^8..];
}
