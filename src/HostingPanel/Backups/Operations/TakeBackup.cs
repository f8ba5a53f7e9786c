using HostingPanel.Backups.Drills;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Operations;

/// <summary>
/// Takes a restore point: the databases at one moment, the volumes beside them, a signed manifest, a copy at each target. It is good when a
/// copy was read back from its target and not before; whatever fails until then leaves a failed one.
/// </summary>
internal sealed class TakeBackup(
    SiteStore sites,
    BackupStore store,
    BackupSiteSteps siteSteps,
    SetReader contents,
    ManifestWriter manifests,
    TrafficTaker traffic,
    CopyMaker copies,
    SiteLooker looker,
    SuspicionSteps suspicion,
    RepositoryAccess access,
    Toolbox toolbox,
    ISwarm swarm,
    IOptions<PanelOptions> options,
    TimeProvider time
) : IOperationKind
{
    private readonly BackupNames _names = new(options.Value);

    public string Kind => OperationKinds.TakeBackup;

    public int Budget => 2; // Each reads a whole site.

    public string BudgetOf => IOperationKind.Helpers;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<TakeBackupArguments>();
        var site = await LoadAsync(operation, cancellationToken);
        if (!operation.Undoing && BackupRules.SiteFault(site.Site) is { } fault)
        {
            throw new StepFailedException(fault.Code, fault.Message);
        }

        var targets = await store.ListTargetsAsync(arguments.TargetIds, cancellationToken);
        // Side by side it is done sooner, and felt more by the site's visitors: where nobody waits for the end, that counts.
        var oneByOne = operation.Priority < OperationPriority.Person;
        var plan = new List<Step>
        {
            new("check", "Check the machine, the volumes and the room", (_, token) => CheckAsync(operation, arguments, token)),
            siteSteps.BackupUser(operation, "check"),
            looker.Look(operation, "check"),
            new("scratch", "Make room for the dumps", (_, token) => MakeScratchAsync(operation, token))
            {
                After = ["check"],
                UndoAsync = token => TidyAsync(operation, arguments, token),
            },
            new(
                "dump",
                "Dump its databases",
                async (progress, token) =>
                {
                    var there = await LoadAsync(operation, token);
                    await contents.DumpAsync(
                        operation,
                        there,
                        await ScopeAsync(there, token),
                        Mount(ScratchOf(there, operation)),
                        progress,
                        token
                    );
                }
            )
            {
                After = oneByOne ? ["user", "scratch", "look"] : ["user", "scratch"],
                Timeout = Toolbox.StepTimeout,
            },
            new(
                "inventory",
                "Count its files",
                async (progress, token) =>
                {
                    var there = await LoadAsync(operation, token);
                    await contents.CountAsync(operation, there, await ScopeAsync(there, token), progress, token);
                }
            )
            {
                // What is saved is read after both, and what differs then is told.
                After = oneByOne ? ["dump"] : ["scratch"],
                Timeout = Toolbox.StepTimeout,
            },
            new("manifest", "Write the manifest", (_, token) => WriteManifestAsync(operation, token))
            {
                After = ["look", "dump", "inventory"],
            },
        };
        var last = "manifest";
        foreach (var (index, target) in targets.Index())
        {
            // One after the other: they read the same disk.
            var (save, read) = ($"save-{index}", $"read-{index}");
            plan.Add(Part(save, $"Save it to {target.Name} and read it back", copies.StoreAsync, last));
            plan.Add(Part(read, $"See that it was read back from {target.Name}", copies.ReadBackAsync, save));
            last = read;

            Step Part(string name, string title, Func<CopyWork, StepProgress, CancellationToken, Task> run, params string[] after) =>
                new(name, title, async (progress, token) => await run(await WorkAsync(operation, target, index, token), progress, token))
                {
                    After = after,
                    Timeout = Toolbox.StepTimeout,
                };
        }

        plan.Add(new Step("settle", "Call it good", (progress, token) => SettleAsync(operation, progress, token)) { After = [last] });
        plan.Add(
            new Step("tidy", "Tidy up", (progress, token) => TryTidyAsync(operation, arguments, progress, token)) { After = ["settle"] }
        );
        plan.Add(suspicion.Judge(operation, "tidy"));
        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        store.FailAsync(
            operation.Id,
            operation.ErrorCode ?? "cancelled",
            operation.ErrorMessage ?? "It was broken off.",
            cancellationToken
        );

    private async Task CheckAsync(Operation operation, TakeBackupArguments arguments, CancellationToken cancellationToken)
    {
        var site = await LoadAsync(operation, cancellationToken);
        await store.BeginAsync(operation, site.Site, arguments.Reason, cancellationToken);
        await swarm.CheckAsync([toolbox.Image], cancellationToken);
        var scope = await ScopeAsync(site, cancellationToken);
        // An empty volume in the place of a lost one would make a whole backup of nothing.
        await swarm.RequireVolumesAsync([.. site.Volumes], cancellationToken);
        var before = await store.FindLastGoodAsync(site.Site.Id, cancellationToken);
        await swarm.CheckRoomAsync(BackupRules.RoomFor(site.Site, scope, before), cancellationToken);
    }

    private async Task MakeScratchAsync(Operation operation, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(await LoadAsync(operation, cancellationToken), operation);
        await swarm.EnsureVolumesAsync([scratch, _names.ChecksumsVolume], cancellationToken);
    }

    private async Task WriteManifestAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await LoadAsync(operation, cancellationToken);
        var point = await store.GetAsync(operation.Id, cancellationToken);
        if (point.Manifest is null)
        {
            var (manifest, signature) = manifests.Write(
                site,
                point,
                await ScopeAsync(site, cancellationToken),
                await traffic.TakeAsync(site.Site.Id, point.Id, cancellationToken)
            );
            await store.UpdateAsync(operation.Id, row => Describe(row, manifest, signature), cancellationToken);
            (point.Manifest, point.Signature) = (manifest, signature);
        }

        await swarm.FillVolumeAsync(
            ScratchOf(site, operation),
            manifests.Files(point.Manifest, point.Signature!, DatabaseTool.Nobody),
            cancellationToken
        );
    }

    /// <summary>What it has is known when all of it was seen.</summary>
    private static void Describe(RestorePoint row, string text, string signature)
    {
        var manifest = BackupJson.Read<Manifest>(text);
        (row.Manifest, row.Signature) = (text, signature);
        row.Databases = [.. manifest.Databases.Select(database => database.Name)];
        row.DatabaseBytes = manifest.Databases.Sum(database => database.Bytes);
        row.VolumeIds = [.. manifest.Volumes.Select(volume => volume.Id)];
        (row.Files, row.FileBytes) = (manifest.Volumes.Sum(volume => volume.Files), manifest.Volumes.Sum(volume => volume.Bytes));
    }

    private async Task SettleAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var point = await store.GetAsync(operation.Id, cancellationToken);
        var good = point.Copies.Count(copy => copy.ReadBackAt is not null);
        var faults = point.Copies.Where(copy => copy.ReadBackAt is null).Select(copy => copy.Fault ?? "It was not read back.").ToList();
        if (good == 0)
        {
            throw new StepFailedException("no-good-copy", $"No target has a whole copy of it. {string.Join(' ', faults)}".TrimEnd());
        }

        await store.UpdateAsync(
            operation.Id,
            row => (row.State, row.FinishedAt, row.Dumped, row.Look) = (RestorePointState.Good, time.GetStoredNow(), null, null),
            cancellationToken
        );
        await progress.ReportAsync(
            faults.Count == 0
                ? good == 1
                    ? "1 copy"
                    : $"{good} copies"
                : $"{good} of {point.Copies.Count} copies. {string.Join(' ', faults)}"
        );
    }

    private async Task TidyAsync(Operation operation, TakeBackupArguments arguments, CancellationToken cancellationToken)
    {
        var site = await LoadAsync(operation, cancellationToken);
        var scratch = ScratchOf(site, operation);
        await swarm.RemoveVolumeAsync(scratch.Name, scratch.Identity, cancellationToken);
        await access.CloseAsync(site.Site.ShortId, operation.Id, arguments.TargetIds.Count, cancellationToken);
    }

    /// <summary>The restore point is good by now: what can't be taken away does not change that.</summary>
    private async Task TryTidyAsync(
        Operation operation,
        TakeBackupArguments arguments,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await TidyAsync(operation, arguments, cancellationToken);
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            await progress.LogAsync([$"Something of the backup stays behind: {failure.Message}"], areErrors: true);
        }
    }

    private async Task<CopyWork> WorkAsync(Operation operation, BackupTarget target, int index, CancellationToken cancellationToken)
    {
        var site = await LoadAsync(operation, cancellationToken);
        var scope = await ScopeAsync(site, cancellationToken);
        var point = await store.GetAsync(operation.Id, cancellationToken);
        return new CopyWork(
            site,
            operation,
            target,
            index,
            Mount(ScratchOf(site, operation)),
            [
                .. scope
                    .Volumes.Where(volume => point.VolumeIds.Contains(volume.Id))
                    .Select(volume => new VolumeMount(volume.EngineName, volume.Id, BackupNames.Volume(volume.Name), ReadOnly: true)),
            ],
            point.Manifest!
        );
    }

    private Task<SiteAssembly> LoadAsync(Operation operation, CancellationToken cancellationToken) =>
        sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);

    private async Task<BackupScope> ScopeAsync(SiteAssembly site, CancellationToken cancellationToken) =>
        BackupScope.Of(site, await store.ExcludedDatabasesAsync(site.Site.Id, cancellationToken));

    private VolumeDefinition ScratchOf(SiteAssembly site, Operation operation) =>
        _names.DumpScratchOf(site.Site.ShortId, operation.Id, site.Owner);

    private static VolumeMount Mount(VolumeDefinition scratch) => new(scratch.Name, scratch.Identity, BackupNames.Scratch);
}
