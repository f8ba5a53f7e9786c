using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Panel;

/// <summary>What a <see cref="BackUpPanel"/> is about.</summary>
/// <param name="TargetIds">Where copies of it are to lie; the same in every life of the worker.</param>
internal sealed record BackUpPanelArguments(IReadOnlyList<Guid> TargetIds);

/// <summary>
/// Backs up the panel's own database, as sites are backed up: dump, checks, manifest, a copy at each target, read back; and takes away what
/// newer ones have taken the place of.
/// </summary>
internal sealed class BackUpPanel(
    BackupStore backups,
    PanelBackupStore store,
    PanelDump dump,
    PanelCopies copies,
    ManifestWriter manifests,
    RepositoryAccess access,
    Toolbox toolbox,
    ISwarm swarm,
    IOptions<PanelOptions> options,
    TimeProvider time
) : IOperationKind
{
    /// <summary>Room for the first one, of which nothing is known yet.</summary>
    private const long FirstRoom = 256L << 20;
    private readonly BackupNames _names = new(options.Value);

    public string Kind => OperationKinds.BackUpPanel;

    public int Budget => 2;

    public string BudgetOf => IOperationKind.Helpers;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var targets = await backups.ListTargetsAsync(operation.ArgumentsAs<BackUpPanelArguments>().TargetIds, cancellationToken);
        var plan = new List<Step>
        {
            new("check", "Check the machine and the room", (_, token) => CheckAsync(operation, token)),
            new("scratch", "Make room for the dump", (_, token) => MakeScratchAsync(operation, token))
            {
                After = ["check"],
                UndoAsync = token => TidyAsync(operation, token),
            },
            new("dump", "Dump the panel's database", (progress, token) => DumpAsync(operation, progress, token))
            {
                After = ["scratch"],
                Timeout = Toolbox.StepTimeout,
            },
            new("manifest", "Write the manifest", (_, token) => WriteManifestAsync(operation, token)) { After = ["dump"] },
        };
        var last = "manifest";
        foreach (var (index, target) in targets.Index())
        {
            var save = string.Create(CultureInfo.InvariantCulture, $"save-{index}");
            plan.Add(Part(save, $"Save it to {target.Name} and read it back", target, index, last, copies.MakeAsync));
            last = save;
        }

        plan.Add(new Step("settle", "Call it good", (progress, token) => SettleAsync(operation, progress, token)) { After = [last] });
        last = "settle";
        foreach (var (index, target) in targets.Index())
        {
            var retain = string.Create(CultureInfo.InvariantCulture, $"retain-{index}");
            plan.Add(Part(retain, $"Tidy up older ones at {target.Name}", target, index, last, copies.RetainAsync));
            last = retain;
        }

        plan.Add(new Step("tidy", "Tidy up", (progress, token) => TryTidyAsync(operation, progress, token)) { After = [last] });
        return plan;

        Step Part(
            string name,
            string title,
            BackupTarget target,
            int index,
            string after,
            Func<PanelCopyWork, StepProgress, CancellationToken, Task> run
        ) =>
            new(
                name,
                title,
                async (progress, token) =>
                {
                    var backup = await store.GetAsync(operation.Id, token);
                    await run(new PanelCopyWork(operation, target, index, Mount(ScratchOf(operation)), backup.Manifest!), progress, token);
                }
            )
            {
                After = [after],
                Timeout = Toolbox.StepTimeout,
            };
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        store.FailAsync(
            operation.Id,
            operation.ErrorCode ?? "cancelled",
            operation.ErrorMessage ?? "It was broken off.",
            cancellationToken
        );

    private async Task CheckAsync(Operation operation, CancellationToken cancellationToken)
    {
        await store.BeginAsync(operation, cancellationToken);
        foreach (var target in operation.ArgumentsAs<BackUpPanelArguments>().TargetIds)
        {
            // Before the dump: a panel that is recovered out of it goes on in the repositories that the recovery kit knows.
            await backups.EnsureRepositoryAsync(PanelRepository.SiteId, target, cancellationToken);
        }

        await swarm.CheckAsync([toolbox.Image, dump.Image], cancellationToken);
        var before = await store.FindLastGoodAsync(cancellationToken);
        await swarm.CheckRoomAsync(before is null ? FirstRoom : before.Bytes * 3, cancellationToken);
    }

    private async Task MakeScratchAsync(Operation operation, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(operation);
        await swarm.EnsureVolumesAsync([scratch], cancellationToken);
    }

    private async Task DumpAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var manifest = await dump.RunAsync(operation, Mount(ScratchOf(operation)), progress, cancellationToken);
        await dump.CloseAsync(operation.Id, cancellationToken);
        await store.UpdateAsync(
            operation.Id,
            row =>
            {
                (row.TakenAt, row.Bytes, row.Tables) = (manifest.TakenAt, manifest.Bytes, manifest.Rows.Count);
                (row.Rows, row.Manifest) = (manifest.Rows.Values.Sum(), BackupJson.Write(manifest) + "\n");
            },
            cancellationToken
        );
        await progress.ReportAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{manifest.Rows.Count} tables with {manifest.Rows.Values.Sum()} rows, {manifest.Bytes / 1048576.0:0.#} MB"
            )
        );
    }

    private async Task WriteManifestAsync(Operation operation, CancellationToken cancellationToken)
    {
        var text = (await store.GetAsync(operation.Id, cancellationToken)).Manifest!;
        await swarm.FillVolumeAsync(
            ScratchOf(operation),
            manifests.Files(text, signature: null, PanelManifest.Expected(text), DatabaseTool.Nobody),
            cancellationToken
        );
    }

    private async Task SettleAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var backup = await store.GetAsync(operation.Id, cancellationToken);
        var good = backup.Copies.Count(copy => copy.ReadBackAt is not null);
        if (good == 0)
        {
            throw new StepFailedException(
                "no-good-copy",
                $"No target has a whole copy of it. {string.Join(' ', backup.Copies.Select(copy => copy.Fault ?? "It was not read back."))}".TrimEnd()
            );
        }

        await store.UpdateAsync(
            operation.Id,
            row => (row.State, row.FinishedAt) = (RestorePointState.Good, time.GetStoredNow()),
            cancellationToken
        );
        await progress.ReportAsync(string.Create(CultureInfo.InvariantCulture, $"{good} of {backup.Copies.Count} copies are whole"));
    }

    private async Task TidyAsync(Operation operation, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(operation);
        await dump.CloseAsync(operation.Id, cancellationToken);
        await swarm.RemoveVolumeAsync(scratch.Name, scratch.Identity, cancellationToken);
        var targets = operation.ArgumentsAs<BackUpPanelArguments>().TargetIds.Count;
        await access.CloseAsync(PanelRepository.ShortId, operation.Id, targets, cancellationToken);
    }

    /// <summary>The backup is good by now: what can't be taken away does not change that.</summary>
    private async Task TryTidyAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await TidyAsync(operation, cancellationToken);
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            await progress.LogAsync([$"Something of the backup stays behind: {failure.Message}"], areErrors: true);
        }
    }

    private VolumeDefinition ScratchOf(Operation operation) =>
        _names.DumpScratchOf(PanelRepository.ShortId, operation.Id, new Ownership(SiteId: null, OrganisationId: null, operation.Id));

    private static VolumeMount Mount(VolumeDefinition scratch) => new(scratch.Name, scratch.Identity, BackupNames.Scratch);
}
