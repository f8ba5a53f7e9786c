using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.InPlace;

/// <summary>
/// The exchange of one set of a site for another, as steps: maintenance page, stop, swap, start, visit. Taken back, the site has the set that
/// it had before; wherever it breaks off, one of the two and never a mix.
/// </summary>
internal sealed class SwapSteps(SiteSteps steps, SiteStore sites, InPlaceStore store, ISwarm swarm, IOptions<PanelOptions> options)
{
    /// <summary>The step after which visitors see the maintenance page.</summary>
    public const string Announced = "announce";
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);
    private readonly SiteNames _names = new(options.Value);

    /// <param name="operation">The operation.</param>
    /// <param name="site">The site; it runs afterwards when it runs now.</param>
    /// <param name="restoreId">The restore whose sets are exchanged.</param>
    /// <param name="to">Which set the site gets.</param>
    /// <param name="back">Which one it has when that is taken back.</param>
    /// <param name="after">What comes before all of them.</param>
    /// <returns>The steps, the last of which comes after all others.</returns>
    public IReadOnlyList<Step> Of(Operation operation, SiteAssembly site, Guid restoreId, SwapTo to, SwapTo back, string after)
    {
        var id = site.Site.Id;
        var isRunning = site.Site.State == SiteState.Running;
        var waves = site.Blueprint.StartWaves().SelectMany(wave => wave).ToList();
        var plan = new List<Step> { Stage(id, operation, restoreId, to, after), Announce(id, isRunning, "stage") };
        plan.AddRange(
            waves
                .AsEnumerable()
                .Reverse()
                .Select(service =>
                {
                    var dependants = site
                        .Blueprint.Services.Where(other => other.After.Contains(service.Name, StringComparer.Ordinal))
                        .Select(other => $"stop-{other.Name}");
                    return steps.StopService(id, operation, service.Name, [Announced, .. dependants]) with
                    {
                        UndoAsync = token => GoBackAsync(id, operation, service.Name, isRunning ? 1 : 0, token),
                    };
                })
        );
        plan.Add(
            new Step("swap", "Exchange its data", (_, token) => store.SwapAsync(restoreId, to, token))
            {
                After = [.. waves.Select(service => $"stop-{service.Name}")],
                UndoAsync = async token =>
                {
                    await store.SwapAsync(restoreId, back, token);
                    await steps.EnsureSecretsAsync(id, operation, token);
                },
            }
        );
        plan.AddRange(
            waves.Select(service =>
                isRunning
                    ? steps.StartService(
                        id,
                        operation,
                        service.Name,
                        service.Image,
                        ["swap", .. service.After.Select(name => $"start-{name}")]
                    ) with
                    {
                        UndoAsync = token => steps.ScaleAsync(id, operation, service.Name, 0, token),
                    }
                    : new Step(
                        $"keep-{service.Name}",
                        $"Keep {service.Name} stopped",
                        (_, token) => steps.ScaleAsync(id, operation, service.Name, 0, token)
                    )
                    {
                        After = ["swap"],
                    }
            )
        );
        if (isRunning)
        {
            string[] started = [.. waves.Select(service => $"start-{service.Name}")];
            plan.Add(steps.SetRoute("route", "Open the gateway", id, RouteMode.Serve, RouteMode.Maintenance, started));
            plan.Add(steps.Probe(id, operation, "route"));
        }

        return plan;
    }

    /// <summary>Removes the versions of secrets that went out with a set; what can't be removed is no reason to take the exchange back.</summary>
    public async Task TryTidyAsync(Guid siteId, Guid restoreId, SwapTo to, StepProgress progress, CancellationToken cancellationToken)
    {
        var restore = await store.GetAsync(restoreId, cancellationToken);
        var site = await sites.LoadAsync(siteId, operationId: null, cancellationToken);
        var outgoing = BackupJson.Read<SiteSet>(to == SwapTo.Restored ? restore.Previous : restore.Restored).Secrets;
        try
        {
            foreach (var secret in outgoing)
            {
                await swarm.RemoveSecretAsync(_names.Secret(site.Site.ShortId, secret.Name, secret.Version), cancellationToken);
            }
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            await progress.LogAsync([$"A secret of before stays behind: {failure.Message}"], areErrors: true);
        }
    }

    /// <summary>What can be made ready while the site still serves.</summary>
    private Step Stage(Guid id, Operation operation, Guid restoreId, SwapTo to, string after) =>
        new(
            "stage",
            "Make its secrets ready",
            async (_, cancellationToken) =>
            {
                var site = await steps.LoadAsync(id, operation, cancellationToken);
                foreach (var secret in await store.StageSecretsAsync(restoreId, to, cancellationToken))
                {
                    await swarm.EnsureSecretAsync(
                        new SecretDefinition(
                            _names.Secret(site.Site.ShortId, secret.Name, secret.Version),
                            sites.Unseal(site.Site, secret.Name, secret.Value),
                            site.Owner
                        ),
                        cancellationToken
                    );
                }
            }
        )
        {
            After = [after],
            // Undone after its services have their old secrets again.
            UndoAsync = async cancellationToken =>
            {
                var site = await steps.LoadAsync(id, operation, cancellationToken);
                foreach (
                    var secret in (await store.StageSecretsAsync(restoreId, to, cancellationToken)).Where(secret =>
                        site.Site.Secrets.Any(row => row.Name == secret.Name && row.Version != secret.Version)
                    )
                )
                {
                    await swarm.RemoveSecretAsync(_names.Secret(site.Site.ShortId, secret.Name, secret.Version), cancellationToken);
                }
            },
        };

    private Step Announce(Guid id, bool isRunning, string after) =>
        isRunning
            ? steps.SetRoute(Announced, "Show the maintenance page", id, RouteMode.Maintenance, RouteMode.Serve, after)
            : steps.SetRoute(Announced, "Leave the gateway closed", id, RouteMode.Stopped, RouteMode.Stopped, after);

    /// <summary>
    /// A service as it was. One that does not come up was perhaps what the restore was to mend: that is for the reconciler, and no reason to
    /// leave the rest undone.
    /// </summary>
    private async Task GoBackAsync(Guid id, Operation operation, string service, int replicas, CancellationToken cancellationToken)
    {
        var definition = (await steps.LoadAsync(id, operation, cancellationToken)).Service(service, replicas);
        await swarm.ApplyServiceAsync(definition, cancellationToken);
        try
        {
            await swarm.WaitForServiceAsync(definition, ServiceTimeout, cancellationToken);
        }
        catch (PlatformException stays) when (!stays.IsPassing)
        {
            // Its definition is the old one again; that was this step's to see to.
        }
    }
}
