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
    ManifestWriter manifests,
    ISwarm swarm,
    IOptions<PanelOptions> options
)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly IReadOnlyList<string> Rights = ToolCapabilities.Allowed;
    private readonly SiteNames _names = new(options.Value);
    private readonly BackupNames _backups = new(options.Value);

    /// <summary>All volumes that are restored, those that no service mounts included.</summary>
    public static IReadOnlyList<VolumeDefinition> VolumesOf(RestoreWork work) =>
        [.. work.Volumes.Select(volume => DefinitionOf(work, volume))];

    /// <summary>The volume that the dumps come into.</summary>
    public VolumeDefinition ScratchOf(RestoreWork work) =>
        new(
            _backups.ScratchVolume(work.Site.Site.ShortId, work.Operation.Id),
            work.Operation.Id,
            DatabaseTool.Nobody.Uid,
            DatabaseTool.Nobody.Gid,
            Private,
            work.Site.Owner
        );

    public async Task FetchDumpsAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(work);
        await EmptyAsync(work, scratch, cancellationToken);
        await swarm.FillVolumeAsync(scratch, manifests.ScratchTree(DatabaseTool.Nobody), cancellationToken);
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
        var (index, row) = work
            .Volumes.OrderBy(volume => volume.Name, StringComparer.Ordinal)
            .Index()
            .Single(pair => pair.Item.Name == name);
        await EmptyAsync(work, DefinitionOf(work, row), cancellationToken);
        await FetchAsync(
            work,
            string.Create(CultureInfo.InvariantCulture, $"files-{index}"),
            BackupNames.Volume(name),
            new VolumeMount(row.EngineName, row.Id, BackupNames.Volume(name)),
            progress,
            cancellationToken
        );
    }

    /// <summary>Refuses what was fetched and is not right.</summary>
    public async Task CompareAsync(RestoreWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var volumes = await ReadAsync(work, cancellationToken);
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
    /// site itself changed while it was taken.
    /// </summary>
    public async Task<IReadOnlyList<RestoredVolume>> ReadAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var wanted = work.Manifest.Volumes.ToDictionary(volume => volume.Name, StringComparer.Ordinal);
        var found = BackupJson
            .Read<IReadOnlyList<FoundSource>>(work.Copy.Found!)
            .ToDictionary(source => source.Path, StringComparer.Ordinal);
        var (volumes, _) = await fingerprints.ReadVolumesAsync(
            work.Site,
            [.. work.Volumes.Where(volume => wanted.ContainsKey(volume.Name)).OrderBy(volume => volume.Name, StringComparer.Ordinal)],
            "compare",
            work.Operation.Id,
            Toolbox.JobTimeout,
            cancellationToken,
            untilOnDisk: true
        );
        return
        [
            .. volumes.Select(volume =>
            {
                var (counted, saved) = (wanted[volume.Name], found[BackupNames.Volume(volume.Name)]);
                var isSame = volume.Checksum == counted.Checksum;
                var isWrong = (volume.Files, volume.Bytes) != (saved.Files, saved.Bytes) || (!isSame && !work.Manifest.Site.IsLive);
                return new RestoredVolume(
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
                );
            }),
        ];
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

    private async Task FetchAsync(
        RestoreWork work,
        string job,
        string path,
        VolumeMount into,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var site = work.Site.Site;
        var place = await access.OpenAsync(work.Target, work.Repository, site.ShortId, work.Site.Owner, index: 0, cancellationToken);
        var run = new ResticRun(
            _names.Job(site.Slug, job, work.Operation.Id),
            work.Site.Owner,
            place,
            ["restore", work.Copy.SnapshotId!, path, path]
        )
        {
            Volumes = [into],
            Capabilities = Rights,
        };
        var result = await restic.RunAsync(run, known => ReportAsync(progress, known), cancellationToken, progress);
        if (!result.Succeeded)
        {
            throw new StepFailedException(
                ResticFaults.CodeOf(result.Fault!),
                $"{work.Target.Name} did not give back {path}: {result.Message}"
            );
        }
    }

    /// <summary>
    /// Only what is empty is restored into; a life of the worker before this may have begun, and its job may still be at it.
    /// </summary>
    private async Task EmptyAsync(RestoreWork work, VolumeDefinition volume, CancellationToken cancellationToken)
    {
        await swarm.RemoveJobsAsync(work.Operation.Id, cancellationToken);
        await swarm.RemoveVolumeAsync(volume.Name, volume.Identity, cancellationToken);
        await swarm.EnsureVolumesAsync([volume], cancellationToken);
    }

    private static VolumeDefinition DefinitionOf(RestoreWork work, Volume volume) =>
        work.Site.Blueprint.Volumes.Any(recipe => recipe.Name == volume.Name)
            ? work.Site.Volume(volume.Name)
            : new VolumeDefinition(volume.EngineName, volume.Id, Uid: 0, Gid: 0, Private, work.Site.Owner);

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
