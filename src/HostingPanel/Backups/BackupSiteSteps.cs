using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>What backups do to a site's database servers.</summary>
internal sealed class BackupSiteSteps(SiteSteps steps, SiteStore sites, ISwarm swarm, IOptions<PanelOptions> options)
{
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);
    private readonly SiteNames _names = new(options.Value);

    /// <summary>Sees to it that the servers know the user that dumps. One that an older panel made is started anew for it, once.</summary>
    public Step BackupUser(Operation operation, params string[] after) =>
        new(
            "user",
            "See to the user that dumps",
            async (progress, cancellationToken) =>
            {
                if (await ApplyGrantsAsync(operation, InitSqlGrants.Exact, cancellationToken))
                {
                    await progress.ReportAsync("its database server was started anew, once");
                }
            }
        )
        {
            After = after,
            Timeout = ServiceTimeout + TimeSpan.FromSeconds(30),
        };

    /// <summary>Brings the grants of the site's databases in line; servers whose init.sql is another one now are started anew.</summary>
    /// <returns>True when one is.</returns>
    public async Task<bool> ApplyGrantsAsync(Operation operation, InitSqlGrants grants, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        await steps.EnsureSecretsAsync(id, operation, cancellationToken);
        var isRenewed = await sites.RenewInitSqlAsync(id, grants, cancellationToken);
        await steps.EnsureSecretsAsync(id, operation, cancellationToken);
        var site = await steps.LoadAsync(id, operation, cancellationToken);
        foreach (var service in site.DatabaseServices)
        {
            var secret = site.Site.Secrets.Single(secret => secret.Name == SiteAssembly.InitSqlSecret(service));
            if (secret.Version == 1)
            {
                // As it was when the server was made.
                continue;
            }

            var definition = site.Service(service, replicas: 1);
            await swarm.ApplyServiceAsync(definition, cancellationToken);
            await swarm.WaitForServiceAsync(definition, ServiceTimeout, cancellationToken);
            await RemoveOldVersionsAsync(site, secret, cancellationToken);
        }

        return isRenewed;
    }

    /// <summary>Removes the versions before the present one, which no service has any more.</summary>
    public async Task RemoveOldVersionsAsync(SiteAssembly site, SiteSecret secret, CancellationToken cancellationToken)
    {
        for (var version = 1; version < secret.Version; version++)
        {
            await swarm.RemoveSecretAsync(_names.Secret(site.Site.ShortId, secret.Name, version), cancellationToken);
        }
    }
}
