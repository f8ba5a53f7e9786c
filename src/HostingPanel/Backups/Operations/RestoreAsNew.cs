using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>What a <see cref="RestoreAsNew"/> is about.</summary>
/// <param name="RestorePointId">What is restored.</param>
/// <param name="RepositoryId">From which copy.</param>
internal sealed record RestoreArguments(Guid RestorePointId, Guid RepositoryId);

/// <summary>
/// Makes a new site out of a restore point: new volumes and databases, filled from a copy, compared with the manifest before anything is
/// started on them. When it fails nothing of the new site stays, its name neither.
/// </summary>
internal sealed class RestoreAsNew(SiteSteps steps, SiteStore sites, RestoreSteps restore) : IOperationKind
{
    public string Kind => OperationKinds.RestoreAsNew;

    /// <summary>Two on a node: each writes a whole site.</summary>
    public int Budget => 2;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        if (!await restore.IsThereAsync(id, cancellationToken))
        {
            // Resumed after everything was taken back: the site's rows have gone, and with them all that there was to do.
            return operation.Undoing ? [] : throw new StepFailedException("site-not-found", "The new site has gone.");
        }

        var site = await sites.LoadAsync(id, operation.Id, cancellationToken);
        var work = await restore.WorkAsync(operation, cancellationToken);
        var plan = new List<Step>
        {
            restore.Check(operation),
            steps.SetRoute("announce", "Show the starting page", id, RouteMode.Starting, undoTo: null, "check"),
            steps.Network(id, operation, "check"),
            restore.Secrets(operation, "check"),
            restore.MakeVolumes(operation, "check"),
        };
        var dumps = "volumes";
        if (work.Manifest.Databases.Count > 0)
        {
            plan.Add(restore.FetchDumps(operation, dumps));
            dumps = "fetch-dumps";
        }

        // One after the other, for they write to the same disk; but beside the dumps, so that loading need not wait for the files.
        var last = "volumes";
        foreach (var volume in work.Manifest.Volumes)
        {
            plan.Add(restore.FetchVolume(operation, volume.Name, last));
            last = $"fetch-{volume.Name}-files";
        }

        plan.Add(restore.CompareFiles(operation, last));
        var early = RestoreSteps.StartedBeforeLoading(site.Blueprint);
        plan.AddRange(
            site.Blueprint.StartWaves()
                .SelectMany(wave => wave)
                .Select(service =>
                    steps.StartService(
                        id,
                        operation,
                        service.Name,
                        service.Image,
                        [
                            "network",
                            "secrets",
                            .. early.Contains(service.Name, StringComparer.Ordinal)
                                ? [RestoreSteps.ReadyFor(service, work.Manifest)]
                                : (string[])["files", "grants"],
                            .. service.After.Select(name => $"start-{name}"),
                        ]
                    )
                )
        );
        // Steps stand in an order in which they could run one by one.
        var firstLate = plan.FindIndex(step =>
            step.Name.StartsWith("start-", StringComparison.Ordinal) && step.After.Contains("grants", StringComparer.Ordinal)
        );
        plan.InsertRange(
            firstLate < 0 ? plan.Count : firstLate,
            [
                // While files are fetched and compared: whatever of the two is not right, nothing of the site stays.
                restore.LoadDatabases(operation, [dumps, .. early.Select(name => $"start-{name}")]),
                restore.SettleGrants(operation, "load"),
                .. site.Blueprint.Hooks.Neutralise is { } hook ? [restore.Neutralise(operation, hook, "grants")] : Array.Empty<Step>(),
            ]
        );
        plan.AddRange(restore.Rename(operation, work, [.. plan.Select(step => step.Name).Where(IsStart)]));
        plan.Add(
            steps.SetRoute(
                "route",
                "Open the gateway",
                id,
                RouteMode.Serve,
                RouteMode.Starting,
                ["announce", .. plan.Select(step => step.Name).Where(IsStart)]
            )
        );
        plan.Add(steps.Probe(id, operation, "route"));
        plan.Add(restore.Tidy(operation, [.. plan.Select(step => step.Name)]));
        plan.Add(restore.Settle(operation, "tidy"));
        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        restore.ForgetAsync(operation.SiteId!.Value, cancellationToken);

    private static bool IsStart(string step) => step.StartsWith("start-", StringComparison.Ordinal) || step is "neutralise" or "rename";
}
