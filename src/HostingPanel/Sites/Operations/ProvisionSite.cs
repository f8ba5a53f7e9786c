using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Operations;

/// <summary>Builds a site that was reserved: from nothing to an installed application that answers by its public name.</summary>
internal sealed class ProvisionSite(SiteSteps steps, SiteStore store, TimeProvider time) : IOperationKind
{
    /// <summary>How long WordPress and its kind accept a password key.</summary>
    private static readonly TimeSpan AdminLinkLife = TimeSpan.FromHours(24);

    public string Kind => OperationKinds.ProvisionSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        var blueprint = site.Blueprint;
        var plan = new List<Step>
        {
            steps.CheckMachine(id),
            steps.SetRoute("announce", "Show the starting page", id, RouteMode.Starting, undoTo: null, "check"),
            steps.Network(id, operation, "check"),
            steps.Secrets(id, operation, "check"),
            steps.MakeVolumes(id, operation, "check"),
        };
        var ready = new List<string> { "network", "secrets", "volumes" };
        if (blueprint.Code is { From: CodeSource.Upload, Volume: { } volume })
        {
            plan.Add(steps.Code(id, operation, volume, "volumes"));
            ready.Add("code");
        }

        plan.AddRange(
            blueprint
                .StartWaves()
                .SelectMany(wave => wave)
                .Select(service =>
                    steps.StartService(
                        id,
                        operation,
                        service.Name,
                        service.Image,
                        [.. ready, .. service.After.Select(name => $"start-{name}")]
                    )
                )
        );
        var answered = new List<string> { "route" };
        if (blueprint.Hooks.Install is { } install)
        {
            // Beside the services, not after them: the hook itself waits for its database, and most of both is waiting.
            plan.Add(steps.Install(id, operation, install, [.. ready]));
            answered.Add("install");
        }

        plan.Add(
            steps.SetRoute(
                "route",
                "Open the gateway",
                id,
                RouteMode.Serve,
                RouteMode.Starting,
                "announce",
                $"start-{blueprint.Front.Service}"
            )
        );
        plan.Add(steps.Probe(id, operation, [.. answered]));
        // After every other step: nothing may still be under way when the site is called running.
        plan.Add(Settle(id, operation, [.. plan.Select(step => step.Name)]));
        return plan;
    }

    public async Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        await store.UpdateAsync(operation.SiteId!.Value, site => site.State = SiteState.Failed, cancellationToken);

    private Step Settle(Guid id, Operation operation, IReadOnlyList<string> after) =>
        new(
            "settle",
            "Hand it over",
            async (_, cancellationToken) =>
            {
                var link = await steps.AdminLinkAsync(id, operation, cancellationToken);
                var now = time.GetUtcNow();
                await store.UpdateAsync(
                    id,
                    site =>
                    {
                        site.State = SiteState.Running;
                        site.ProvisionedAt ??= now;
                        site.TrashedAt = null;
                        site.AdminLink = link;
                        site.AdminLinkExpiresAt = link is null ? null : now + AdminLinkLife;
                    },
                    cancellationToken
                );
            }
        )
        {
            After = after,
        };
}
