using System.Globalization;
using System.Security.Cryptography;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Browsing;

/// <summary>The steps that getting something out of a restore point is made of.</summary>
internal sealed class FetchSteps(
    FetchStore store,
    DownloadArea area,
    FetchJobs jobs,
    Toolbox toolbox,
    ISwarm swarm,
    IOptions<DownloadOptions> options
)
{
    private const string IndexFile = "index.gz";
    private const string ArchiveFile = "download.tar.gz";

    public Task<FetchWork> LoadAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<FetchArguments>();
        return store.LoadAsync(operation, arguments.RestorePointId, arguments.RepositoryId, cancellationToken);
    }

    /// <summary>Makes the volume that everything comes into first.</summary>
    public Step Scratch(Operation operation, SiteAssembly? site = null) =>
        new(
            "scratch",
            "Make room for what is fetched",
            async (_, cancellationToken) =>
            {
                await swarm.CheckAsync([toolbox.Image], cancellationToken);
                await swarm.EnsureVolumesAsync([jobs.ScratchOf(operation, site)], cancellationToken);
            }
        )
        {
            UndoAsync = cancellationToken => jobs.TidyAsync(operation, site, cancellationToken),
        };

    /// <summary>Sees to it that there is an index of the restore point's files.</summary>
    public Step Index(
        Operation operation,
        Func<CancellationToken, Task<FetchWork>> load,
        SiteAssembly? site = null,
        params string[] after
    ) =>
        new(
            "index",
            "Find out what files it has",
            async (progress, cancellationToken) =>
            {
                var work = await load(cancellationToken);
                if (File.Exists(area.IndexOf(work.Point.Id)))
                {
                    await progress.ReportAsync("known");
                    return;
                }

                await jobs.FetchAsync(
                    work,
                    site,
                    "index",
                    ["index", work.Copy.SnapshotId!, $"{BackupNames.Scratch}/{IndexFile}"],
                    progress,
                    cancellationToken
                );
                await DownloadArea.WriteAsync(
                    area.IndexOf(work.Point.Id),
                    file => swarm.ReadFileAsync(jobs.ScratchOf(operation, site), IndexFile, file, cancellationToken),
                    cancellationToken
                );
            }
        )
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    /// <summary>Refuses what is not there, is too much, or has no room.</summary>
    public Step Check(Operation operation, params string[] after) =>
        new(
            "check",
            "Check what was chosen, and the room for it",
            async (progress, cancellationToken) =>
            {
                var work = await LoadAsync(operation, cancellationToken);
                var choice = operation.ArgumentsAs<FetchArguments>().Choice;
                var bytes = FetchRules.BytesOf(choice, work.Manifest, work.Point);
                if (choice.Kind == DownloadKind.Files)
                {
                    var found = await FileIndex.MeasureAsync(area.IndexOf(work.Point.Id), choice.FilesInSnapshot, cancellationToken);
                    if (FetchRules.ChoiceFault(found, choice, options.Value) is { } fault)
                    {
                        throw new StepFailedException(fault.Code, fault.Message);
                    }

                    bytes = found.Bytes;
                    await progress.ReportAsync(
                        string.Create(CultureInfo.InvariantCulture, $"{found.Files} files, {found.Bytes / 1048576.0:0.#} MB")
                    );
                }
                else if (FetchRules.SizeFault(bytes, options.Value) is { } large)
                {
                    throw new StepFailedException(large.Code, large.Message);
                }

                // What is fetched, and the archive or the other copy that is made of it.
                await swarm.CheckRoomAsync(bytes * 2, cancellationToken);
            }
        )
        {
            After = after,
        };

    /// <summary>Fetches what was chosen into the scratch volume, in place of what a run before has left.</summary>
    public Step Collect(Operation operation, SiteAssembly? site, params string[] after) =>
        new(
            "collect",
            "Fetch it",
            async (progress, cancellationToken) =>
            {
                var work = await LoadAsync(operation, cancellationToken);
                var choice = operation.ArgumentsAs<FetchArguments>().Choice;
                await jobs.FetchAsync(
                    work,
                    site,
                    "collect",
                    ["collect", work.Copy.SnapshotId!, BackupNames.Scratch, .. choice.InSnapshot(work.Manifest)],
                    progress,
                    cancellationToken
                );
                await CompareDumpsAsync(work, choice, site, cancellationToken);
            }
        )
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    /// <summary>Packs what was fetched, and lays it down as a download.</summary>
    public IReadOnlyList<Step> Pack(Operation operation, params string[] after) =>
        [
            new Step("pack", "Pack it", (progress, token) => PackAsync(operation, progress, token))
            {
                After = after,
                Timeout = Toolbox.StepTimeout,
            },
            new Step("keep", "Lay it down to be taken", (progress, token) => KeepAsync(operation, progress, token))
            {
                After = ["pack"],
                Timeout = Toolbox.StepTimeout,
                UndoAsync = token => store.ForgetAsync(operation.Id, token),
            },
        ];

    /// <summary>Takes away what only the operation needed. What can't be is no reason to take back what it has done.</summary>
    public Step Tidy(Operation operation, SiteAssembly? site = null, params string[] after) =>
        new(
            "tidy",
            "Tidy up",
            async (progress, cancellationToken) =>
            {
                try
                {
                    await jobs.TidyAsync(operation, site, cancellationToken);
                }
                catch (PlatformException failure) when (!failure.IsPassing)
                {
                    await progress.LogAsync([$"Something stays behind: {failure.Message}"], areErrors: true);
                }
            }
        )
        {
            After = after,
        };

    /// <summary>No SQL is given out or loaded that is not what the signed manifest names.</summary>
    private async Task CompareDumpsAsync(FetchWork work, FetchChoice choice, SiteAssembly? site, CancellationToken cancellationToken)
    {
        var wanted = work
            .Manifest.Databases.Where(database =>
                choice.Kind == DownloadKind.Whole || (choice.Kind == DownloadKind.Tables && database.Name == choice.Database)
            )
            .ToDictionary(database => $"{BackupNames.Dumps}/{database.File}", StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return;
        }

        var result = await jobs.RunAsync(
            work.Operation,
            site,
            "sums",
            ["sha256sum", "--", .. wanted.Keys],
            [jobs.MountOf(work.Operation, site, readOnly: true)],
            cancellationToken
        );
        var found = result
            .Output.Select(line => line.Split("  ", 2))
            .Where(words => words.Length == 2)
            .ToDictionary(words => words[1], words => words[0], StringComparer.Ordinal);
        if (result.ExitCode != 0 || wanted.FirstOrDefault(pair => found.GetValueOrDefault(pair.Key) != pair.Value.Sha256).Value is { })
        {
            throw new StepFailedException(
                "restored-differs",
                "A dump is not the one that the signed manifest names. Nothing of it is given out or loaded."
            );
        }
    }

    private async Task PackAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var work = await LoadAsync(operation, cancellationToken);
        var choice = operation.ArgumentsAs<FetchArguments>().Choice;
        await swarm.FillVolumeAsync(jobs.ScratchOf(operation, site: null), ArchiveReadme.Files(work, choice), cancellationToken);
        var result = await jobs.RunAsync(
            operation,
            site: null,
            "pack",
            [
                "hp-pack",
                BackupNames.Scratch,
                $"{BackupNames.Scratch}/{ArchiveFile}",
                .. choice.Kind == DownloadKind.Tables ? [choice.Database!, .. choice.Tables] : Array.Empty<string>(),
            ],
            [jobs.MountOf(operation, site: null)],
            cancellationToken
        );
        if (result.ExitCode != 0)
        {
            throw new StepFailedException("pack-failed", $"It could not be packed: {JobLines.LastWords(result)}");
        }

        if (JobLines.Read<PackedLine>(result).LastOrDefault() is { } packed)
        {
            await progress.LogAsync(packed.Notes);
            await progress.ReportAsync(string.Create(CultureInfo.InvariantCulture, $"{packed.Bytes / 1048576.0:0.#} MB"));
        }
    }

    private async Task KeepAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var work = await LoadAsync(operation, cancellationToken);
        var choice = operation.ArgumentsAs<FetchArguments>().Choice;
        var scratch = jobs.ScratchOf(operation, site: null);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await DownloadArea.WriteAsync(
            area.DownloadOf(operation.Id),
            async file =>
            {
                await using var counted = new HashingStream(file, hash);
                await swarm.ReadFileAsync(scratch, ArchiveFile, counted, cancellationToken);
            },
            cancellationToken
        );
        var made = store.DownloadOf(
            work,
            choice,
            new FileInfo(area.DownloadOf(operation.Id)).Length,
            Convert.ToHexStringLower(hash.GetHashAndReset())
        );
        // The row comes last: what a crash leaves before it is a file that nobody points to.
        await store.RememberAsync(made, cancellationToken);
        await progress.ReportAsync($"{made.FileName}, until {made.ExpiresAt:u}");
    }

    private sealed record PackedLine(bool Packed, long Bytes, long LeftOut, long SetId)
    {
        public IReadOnlyList<string> Notes => FetchNotes.Of(LeftOut, SetId);
    }
}
