using System.Globalization;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Disposability;
using HostingPanel.Volumes;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>Brings the files of a restore point into new volumes, and compares them.</summary>
internal sealed class RestoreFiles(
    RepositoryAccess access,
    ResticTool restic,
    FingerprintTool fingerprints,
    RestoreRoom room,
    ISwarm swarm,
    IOptions<PanelOptions> options
)
{
    private static readonly IReadOnlyList<string> Rights = ToolCapabilities.Allowed;
    private readonly SiteNames _names = new(options.Value);
    private readonly BackupNames _backups = new(options.Value);

    /// <summary>All volumes that are restored, those that no service mounts included.</summary>
    public static IReadOnlyList<VolumeDefinition> VolumesOf(RestoreWork work) =>
        [.. work.Volumes.Select(volume => DefinitionOf(work, volume))];

    /// <summary>The volume that the dumps come into.</summary>
    public VolumeDefinition ScratchOf(RestoreWork work) =>
        _backups.DumpScratchOf(work.Site.Site.ShortId, work.Operation.Id, work.Site.Owner);

    public async Task FetchDumpsAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(work);
        await EmptyAsync(work, "dumps", scratch, cancellationToken);
        await FetchAsync(
            work,
            "dumps",
            BackupNames.Dumps,
            new VolumeMount(scratch.Name, scratch.Identity, BackupNames.Scratch),
            progress,
            cancellationToken
        );
    }

    public async Task FetchVolumeAsync(RestoreWork work, string name, StepProgress progress, CancellationToken cancellationToken)
    {
        var (index, row) = Ordered(work).Index().Single(pair => pair.Item.Name == name);
        var job = string.Create(CultureInfo.InvariantCulture, $"files-{index}");
        await EmptyAsync(work, job, DefinitionOf(work, row), cancellationToken);
        await FetchAsync(work, job, BackupNames.Volume(name), MountOf(row), progress, cancellationToken);
    }

    /// <summary>Refuses what was fetched and is not right.</summary>
    public async Task CompareAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var volumes = await ReadAsync(work, progress, cancellationToken);
        foreach (var volume in volumes)
        {
            if (volume.Fault is { } fault)
            {
                throw new StepFailedException("restored-differs", fault);
            }

            await progress.LogAsync([volume.Text]);
        }

        await progress.ReportAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{volumes.Sum(volume => volume.Files)} files, {volumes.Sum(volume => volume.Bytes) / 1048576.0:0.#} MB"
            )
        );
    }

    /// <summary>
    /// What was fetched must be exactly what was found in the snapshot when it was read back; and what the manifest says, but for what the
    /// site itself changed while it was taken. Then the manifest's checksum says nothing, and restic compares each file with the snapshot.
    /// </summary>
    public async Task<IReadOnlyList<RestoredVolume>> ReadAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var wanted = work.Manifest.Volumes.ToDictionary(volume => volume.Name, StringComparer.Ordinal);
        var found = BackupJson
            .Read<IReadOnlyList<FoundSource>>(work.Copy.Found!)
            .ToDictionary(source => source.Path, StringComparer.Ordinal);
        var (volumes, _, _) = await fingerprints.ReadVolumesAsync(
            work.Site,
            [.. Ordered(work).Where(volume => wanted.ContainsKey(volume.Name))],
            "compare",
            work.Operation.Id,
            new VolumeReading(Toolbox.JobTimeout) { UntilOnDisk = true, AsArchive = work.Manifest.Format < Manifest.ListFormat },
            cancellationToken
        );
        var read = new List<RestoredVolume>();
        foreach (var volume in volumes)
        {
            var (counted, saved) = (wanted[volume.Name], found[BackupNames.Volume(volume.Name)]);
            var isSame = volume.Checksum == counted.Checksum;
            var isWrong = (volume.Files, volume.Bytes) != (saved.Files, saved.Bytes) || (!isSame && !work.Manifest.Site.IsLive);
            if (!isSame && !isWrong)
            {
                await FetchAgainAsync(work, volume.Name, progress, cancellationToken);
            }

            read.Add(
                new RestoredVolume(
                    volume.Name,
                    volume.Files,
                    volume.Bytes,
                    isSame
                        ? $"{volume.Name}: byte for byte as it was counted."
                        : $"{volume.Name}: as it was saved; the site had changed it after it was counted.",
                    isWrong
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"The volume {volume.Name} is not what was taken: {volume.Files} files with {volume.Bytes} bytes, and {saved.Files} with {saved.Bytes} were expected{(isSame ? string.Empty : "; the checksum differs")}."
                        )
                        : null
                )
            );
        }

        return read;
    }

    /// <summary>Takes away what only the restore needed.</summary>
    public async Task TidyAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(work);
        await swarm.RemoveVolumeAsync(scratch.Name, scratch.Identity, cancellationToken);
        await access.CloseAsync(work.Site.Site.ShortId, work.Operation.Id, repositories: 1, cancellationToken);
    }

    /// <summary>The same for a site that is whole: what can't be taken away is no reason to take the site back.</summary>
    public async Task TryTidyAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await TidyAsync(work, cancellationToken);
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            await progress.LogAsync([$"Something of the restore stays behind: {failure.Message}"], areErrors: true);
        }
    }

    private static IEnumerable<Volume> Ordered(RestoreWork work) => work.Volumes.OrderBy(volume => volume.Name, StringComparer.Ordinal);

    private static VolumeMount MountOf(Volume volume) => new(volume.EngineName, volume.Id, BackupNames.Volume(volume.Name));

    /// <summary>Once more over what is there: what is not as in the snapshot would be written anew, and all is read back.</summary>
    private Task FetchAgainAsync(RestoreWork work, string name, StepProgress progress, CancellationToken cancellationToken)
    {
        var (index, row) = Ordered(work).Index().Single(pair => pair.Item.Name == name);
        return FetchAsync(
            work,
            string.Create(CultureInfo.InvariantCulture, $"again-{index}"),
            BackupNames.Volume(name),
            MountOf(row),
            progress,
            cancellationToken,
            action: "restore-again"
        );
    }

    private async Task FetchAsync(
        RestoreWork work,
        string job,
        string path,
        VolumeMount into,
        StepProgress progress,
        CancellationToken cancellationToken,
        string action = "restore"
    )
    {
        var site = work.Site.Site;
        var place = await access.OpenAsync(work.Target, work.Repository, site.ShortId, work.Site.Owner, index: 0, cancellationToken);
        var run = new ResticRun(
            _names.Job(site.Slug, job, work.Operation.Id),
            work.Site.Owner,
            place,
            [action, work.Copy.SnapshotId!, path, path]
        )
        {
            Volumes = [into],
            Capabilities = Rights,
        };
        var result = await room.WhileAsync(
            token => restic.RunAsync(run, known => ReportAsync(progress, known), token, progress),
            cancellationToken
        );
        if (!result.Succeeded)
        {
            throw new StepFailedException(
                ResticFaults.CodeOf(result.Fault!),
                result.Fault == ResticTool.NoRoom
                    ? $"The engine's disk ran full while {path} was fetched. Make room first. ({result.Message})"
                    : $"{work.Target.Name} did not give back {path}: {result.Message}"
            );
        }
    }

    /// <summary>
    /// Only what is empty is restored into; a life of the worker before this may have begun, and its job may still be at it. Other jobs of the
    /// operation run beside it, and stay.
    /// </summary>
    private async Task EmptyAsync(RestoreWork work, string job, VolumeDefinition volume, CancellationToken cancellationToken)
    {
        await swarm.RemoveServiceAsync(_names.Job(work.Site.Site.Slug, job, work.Operation.Id), cancellationToken);
        await swarm.RemoveVolumeAsync(volume.Name, volume.Identity, cancellationToken);
        await swarm.EnsureVolumesAsync([volume], cancellationToken);
    }

    private static VolumeDefinition DefinitionOf(RestoreWork work, Volume volume) =>
        work.Site.Blueprint.Volumes.Any(recipe => recipe.Name == volume.Name)
            ? work.Site.Volume(volume.Name)
            : VolumeDefinition.OfRoot(volume.EngineName, volume.Id, work.Site.Owner);

    private static Task ReportAsync(StepProgress progress, ResticProgress known) =>
        known.Progress is { } share
            ? progress.ReportAsync(
                string.Create(CultureInfo.InvariantCulture, $"{known.Files} files, {known.Bytes / 1048576.0:0.#} MB"),
                Math.Clamp(share, 0, 0.99)
            )
            : Task.CompletedTask;
}

/// <summary>A volume that was fetched, compared with what it should be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">How many bytes these have.</param>
/// <param name="Text">How exactly it is what it was.</param>
/// <param name="Fault">Why it is not right; null when it is.</param>
internal sealed record RestoredVolume(string Name, long Files, long Bytes, string Text, string? Fault);
