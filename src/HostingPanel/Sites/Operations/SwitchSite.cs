using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Operations;

/// <summary>Switches a stopped site on.</summary>
internal sealed class StartSite(SiteSteps steps, SiteStore store) : IOperationKind
{
    public string Kind => OperationKinds.StartSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        return
        [
            steps.SetRoute("announce", "Show the starting page", id, RouteMode.Starting, RouteMode.Stopped),
            .. SiteStarts.Of(site, steps, operation, id, stopOnUndo: true),
            steps.SetRoute(
                "route",
                "Open the gateway",
                id,
                RouteMode.Serve,
                RouteMode.Starting,
                $"start-{site.Blueprint.Front.Service}",
                "announce"
            ),
            steps.Probe(id, operation, "route"),
            steps.Settle(
                "Call it running",
                id,
                row => (row.State, row.StoppedReason) = (SiteState.Running, null),
                ["probe", .. SiteStarts.Names(site)]
            ),
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Switches a running site off; visitors see the stopped page.</summary>
internal sealed class StopSite(SiteSteps steps, SelfStop selfStop, SiteStore store) : IOperationKind
{
    public string Kind => OperationKinds.StopSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        var reason = operation.Arguments is null ? null : operation.ArgumentsAs<StopArguments>().Reason;
        var plan = new List<Step> { steps.SetRoute("route", "Show the stopped page", id, RouteMode.Stopped, RouteMode.Serve) };
        foreach (var service in site.Blueprint.StartWaves().SelectMany(wave => wave).Reverse())
        {
            // The one that depends stops before the one it depends on.
            var dependants = site
                .Blueprint.Services.Where(other => other.After.Contains(service.Name, StringComparer.Ordinal))
                .Select(other => $"stop-{other.Name}");
            // A program that writes and writes would do so to the end of its grace; a server of databases that is killed only has to recover later.
            var atOnce = reason is not null && site.Blueprint.Databases.All(database => database.Service != service.Name);
            string[] after = ["route", .. dependants];
            plan.Add(
                atOnce ? selfStop.StopService(id, operation, service.Name, after) : steps.StopService(id, operation, service.Name, after)
            );
        }

        if (reason is not null)
        {
            plan.Add(SelfStop.Reason(reason));
        }

        string[] all = [.. plan.Select(step => step.Name)];
        plan.Add(
            reason is null
                ? steps.Settle("Call it stopped", id, row => (row.State, row.StoppedReason) = (SiteState.Stopped, null), all)
                : selfStop.Settle(id, reason, all)
        );
        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Which restart it is.</summary>
/// <param name="Generation">The generation that every container has afterwards.</param>
internal sealed record RestartArguments(int Generation);

/// <summary>Replaces the containers of a running site.</summary>
internal sealed class RestartSite(SiteSteps steps, SiteStore store) : IOperationKind
{
    public string Kind => OperationKinds.RestartSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        var wanted = operation.ArgumentsAs<RestartArguments>();
        return
        [
            // The number comes from the request, so that a restart that is resumed does not restart twice.
            new Step(
                "mark",
                "Mark its containers as old",
                (_, token) => store.UpdateAsync(id, row => row.Generation = Math.Max(row.Generation, wanted.Generation), token)
            ),
            .. SiteStarts.Of(site, steps, operation, id, stopOnUndo: false, "mark"),
            steps.Probe(id, operation, [.. SiteStarts.Names(site)]),
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The starting of a site's services in their order.</summary>
internal static class SiteStarts
{
    public static string[] Names(SiteAssembly site) => [.. site.Blueprint.Services.Select(service => $"start-{service.Name}")];

    /// <param name="site">The site.</param>
    /// <param name="steps">Where steps come from.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="id">The site's id.</param>
    /// <param name="stopOnUndo">True to stop them again when a later step fails, false to leave them as they are.</param>
    /// <param name="after">What comes before all of them.</param>
    public static IEnumerable<Step> Of(
        SiteAssembly site,
        SiteSteps steps,
        Operation operation,
        Guid id,
        bool stopOnUndo,
        params string[] after
    ) =>
        site
            .Blueprint.StartWaves()
            .SelectMany(wave => wave)
            .Select(service =>
                steps.StartService(
                    id,
                    operation,
                    service.Name,
                    service.Image,
                    [.. after, .. service.After.Select(name => $"start-{name}")]
                ) with
                {
                    UndoAsync = stopOnUndo ? token => steps.ScaleAsync(id, operation, service.Name, 0, token) : null,
                }
            );
}
