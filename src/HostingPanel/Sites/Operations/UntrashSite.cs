using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Operations;

/// <summary>Builds a site from the trash again around the volumes that were kept.</summary>
internal sealed class UntrashSite(SiteSteps steps, SiteStore store) : IOperationKind
{
    public string Kind => OperationKinds.UntrashSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        return
        [
            steps.CheckMachine(id),
            steps.SetRoute("announce", "Show the starting page", id, RouteMode.Starting, undoTo: null, "check"),
            steps.Network(id, operation, "check"),
            steps.Secrets(id, operation, "check"),
            steps.CheckVolumes(id, operation, "check"),
            .. site
                .Blueprint.StartWaves()
                .SelectMany(wave => wave)
                .Select(service =>
                    steps.StartService(
                        id,
                        operation,
                        service.Name,
                        service.Image,
                        ["network", "secrets", "volumes", .. service.After.Select(name => $"start-{name}")]
                    )
                ),
            steps.SetRoute(
                "route",
                "Open the gateway",
                id,
                RouteMode.Serve,
                RouteMode.Starting,
                "announce",
                $"start-{site.Blueprint.Front.Service}"
            ),
            steps.Probe(id, operation, ["route", .. SiteStarts.Names(site)]),
            steps.Settle(
                "Take it out of the trash",
                id,
                row =>
                {
                    row.State = SiteState.Running;
                    row.TrashedAt = null;
                },
                "probe"
            ),
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}
