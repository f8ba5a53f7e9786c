using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Operations;

/// <summary>Takes everything of a site out of the engine but its volumes. Nothing is lost: the database can build it again.</summary>
internal sealed class TrashSite(SiteSteps steps, SiteStore store, ISwarm swarm, TimeProvider time) : IOperationKind
{
    public string Kind => OperationKinds.TrashSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        // What to go back to if it can't be done. Read once more when undone: the state changes only in the last step.
        var (route, replicas) = site.Site.State switch
        {
            SiteState.Running => (RouteMode.Serve, 1),
            SiteState.Stopped => (RouteMode.Stopped, 0),
            _ => ((RouteMode?)null, (int?)null),
        };
        var plan = new List<Step> { steps.SetRoute("route", "Close the gateway", id, mode: null, route) };
        foreach (var service in site.Blueprint.Services)
        {
            plan.Add(
                new Step(
                    $"remove-{service.Name}",
                    $"Remove {service.Name}",
                    async (_, token) =>
                        await swarm.RemoveServiceAsync((await steps.LoadAsync(id, operation, token)).ServiceName(service.Name), token)
                )
                {
                    After = ["route"],
                    UndoAsync = replicas is { } count ? token => steps.ScaleAsync(id, operation, service.Name, count, token) : null,
                }
            );
        }

        string[] services = [.. site.Blueprint.Services.Select(service => $"remove-{service.Name}")];
        plan.Add(
            new Step("remove-network", "Remove its network", (_, token) => steps.RemoveNetworkAsync(id, operation, token))
            {
                After = services,
                // Undone before the services above it are, which need it.
                UndoAsync = replicas is null
                    ? null
                    : async token => await swarm.EnsureNetworkAsync((await steps.LoadAsync(id, operation, token)).Network, token),
            }
        );
        plan.Add(
            new Step("remove-secrets", "Remove its secrets from the swarm", (_, token) => steps.RemoveSecretsAsync(id, operation, token))
            {
                After = services,
                UndoAsync = replicas is null ? null : token => steps.EnsureSecretsAsync(id, operation, token),
            }
        );
        plan.Add(
            steps.Settle(
                "Move it to the trash",
                id,
                row =>
                {
                    row.State = SiteState.Trashed;
                    row.TrashedAt = time.GetUtcNow();
                },
                "remove-network",
                "remove-secrets"
            )
        );
        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}
