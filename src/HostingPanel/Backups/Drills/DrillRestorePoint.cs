using HostingPanel.Operations;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Backups.Drills;

/// <summary>
/// Boots a restore point as a sealed scratch site, as restoring it as a new site does, checks what came of it, and removes it all again,
/// whatever it has found. It succeeds when the restore point is proved.
/// </summary>
internal sealed class DrillRestorePoint(SiteSteps steps, RestoreSteps restore, DrillSteps drill, DrillStore store, ScratchSites scratch)
    : IOperationKind
{
    private const string Last = "forget";

    public string Kind => OperationKinds.DrillRestorePoint;

    /// <summary>One on a node: it is a whole site more, and nobody waits for it.</summary>
    public int Budget => 1;

    public string BudgetOf => IOperationKind.Helpers;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        if (!await scratch.IsThereAsync(id, cancellationToken))
        {
            // Resumed after its last step, or after all was taken back: the rows have gone, and with them all that there was to do.
            return operation.Undoing ? [] : [Forget(operation)];
        }

        if (operation.Undoing)
        {
            // By the rows alone: the restore point may be another by now.
            return [Begin(operation, null)];
        }

        var work = await restore.WorkAsync(operation, cancellationToken);
        var blueprint = work.Site.Blueprint;
        var plan = new List<Step>
        {
            Begin(operation, drill.Check(operation)),
            steps.Network(id, operation, "check"),
            drill.Seal(operation, "network"),
            restore.Secrets(operation, "check"),
            restore.MakeVolumes(operation, "check"),
        };
        string[] last = ["volumes", "sealed"];
        if (work.Manifest.Databases.Count > 0)
        {
            plan.Add(restore.FetchDumps(operation, last));
            last = ["fetch-dumps"];
        }

        // One after the other: they write to the same disk.
        foreach (var volume in work.Manifest.Volumes)
        {
            plan.Add(restore.FetchVolume(operation, volume.Name, last));
            last = [$"fetch-{volume.Name}-files"];
        }

        plan.Add(drill.Files(operation, last));
        var early = RestoreSteps.StartedBeforeLoading(blueprint);
        var services = blueprint.StartWaves().SelectMany(wave => wave).ToList();
        plan.AddRange(
            services
                .Where(service => early.Contains(service.Name, StringComparer.Ordinal))
                .Select(service => Start(service, "sealed", RestoreSteps.ReadyFor(service, work.Manifest)))
        );
        plan.Add(drill.Load(operation, [.. last, .. early.Select(name => $"start-{name}")]));
        plan.Add(drill.Tables(operation, "load"));
        plan.Add(restore.SettleGrants(operation, "tables"));
        var harmless = "grants";
        if (blueprint.Hooks.Neutralise is { } neutralise)
        {
            plan.Add(restore.Neutralise(operation, neutralise, harmless));
            harmless = "neutralise";
        }

        plan.AddRange(
            services
                .Where(service => !early.Contains(service.Name, StringComparer.Ordinal))
                .Select(service => Start(service, "files", harmless))
        );
        plan.Add(drill.Visit(operation, [harmless, .. services.Select(service => $"start-{service.Name}")]));
        plan.Add(drill.Status(operation, blueprint.Hooks.Status?.Command.Timeout ?? TimeSpan.Zero, DrillEnding.AnswerStep));
        plan.Add(drill.Picture(operation, DrillEnding.AnswerStep));
        plan.Add(drill.Verdict(operation, [.. plan.Select(step => step.Name)]));
        plan.Add(
            new Step("remove", "Remove the scratch site", (_, token) => scratch.RemoveAsync(operation, token))
            {
                After = [DrillEnding.VerdictStep],
                Timeout = TimeSpan.FromMinutes(10),
            }
        );
        plan.Add(Forget(operation) with { After = ["remove"] });
        // One undo takes back everything, from whatever point it came to.
        return [plan[0], .. plan.Skip(1).Select(step => step with { UndoAsync = null })];

        Step Start(Blueprints.BlueprintService service, params string[] further) =>
            steps.StartService(
                id,
                operation,
                service.Name,
                service.Image,
                ["network", "secrets", .. further, .. service.After.Select(name => $"start-{name}")]
            );
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        store.EndAsync(operation.Id, operation.SiteId!.Value, hasPassed: false, cancellationToken);

    /// <summary>The step that, undone, removes everything.</summary>
    private Step Begin(Operation operation, Step? check) =>
        (check ?? new Step("check", "Check the restore point and the machine", (_, _) => Task.CompletedTask)) with
        {
            UndoAsync = token => scratch.RemoveAsync(operation, token),
        };

    private Step Forget(Operation operation) =>
        new(
            Last,
            "Write down what was proved",
            (_, token) => store.EndAsync(operation.Id, operation.SiteId!.Value, hasPassed: true, token)
        );
}
