using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// Brings a backup of the panel that lies in its scratch volume to a target and reads it back. What is wrong with a target is written down at
/// the copy and at the target, and is no reason for the others to stop.
/// </summary>
internal sealed class PanelCopies(
    BackupStore backups,
    PanelBackupStore store,
    RepositoryAccess access,
    ResticTool restic,
    IOptions<PanelOptions> panel,
    IOptions<PanelBackupOptions> options,
    TimeProvider time
)
{
    private readonly BackupNames _names = new(panel.Value);

    /// <summary>Makes the repository, the snapshot and reads it back.</summary>
    public async Task MakeAsync(PanelCopyWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var repository = await backups.EnsureRepositoryAsync(PanelRepository.SiteId, work.Target.Id, cancellationToken);
        var copy = await store.EnsureCopyAsync(work.Operation.Id, repository.Id, cancellationToken);
        if (copy.ReadBackAt is not null || copy.FaultCode is not null)
        {
            return;
        }

        (string Code, string Message)? fault;
        try
        {
            fault = await TryMakeAsync(work, repository, copy, progress, cancellationToken);
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            fault = (failure.Code, failure.Message);
        }

        var now = time.GetStoredNow();
        if (fault is not var (code, message))
        {
            await store.UpdateCopyAsync(copy, row => row.ReadBackAt = now, cancellationToken);
            await backups.UpdateTargetAsync(work.Target.Id, target => target.LastSuccessAt = now, cancellationToken);
            await progress.ReportAsync("whole");
            return;
        }

        await store.UpdateCopyAsync(copy, row => (row.FaultCode, row.Fault) = (code, message), cancellationToken);
        await backups.UpdateTargetAsync(
            work.Target.Id,
            target => (target.LastFaultAt, target.LastFaultCode, target.LastFault) = (now, code, message),
            cancellationToken
        );
        await progress.LogAsync([$"{work.Target.Name}: {message}"], areErrors: true);
        await progress.ReportAsync($"failed: {message}");
    }

    /// <summary>
    /// Takes away what newer ones have taken the place of. Only where the one that was just taken is good; what fails here is told, and
    /// makes no good backup a bad one.
    /// </summary>
    public async Task RetainAsync(PanelCopyWork work, StepProgress progress, CancellationToken cancellationToken)
    {
        var repository = await backups.EnsureRepositoryAsync(PanelRepository.SiteId, work.Target.Id, cancellationToken);
        var lying = await store.ListLyingAsync(repository.Id, cancellationToken);
        if (lying.All(one => one.Id != work.Operation.Id))
        {
            await progress.ReportAsync("nothing goes: the newest is not good here");
            return;
        }

        var going = PanelRetention.Going([.. lying.Select(one => (one.Id, one.TakenAt))], options.Value.KeepDays, options.Value.KeepWeeks);
        if (going.Count == 0)
        {
            await progress.ReportAsync(string.Create(CultureInfo.InvariantCulture, $"{lying.Count} lie there, nothing goes"));
            return;
        }

        var there = await RunAsync(work, repository, "there", ["list"], cancellationToken);
        var known = JobLines
            .Read<SnapshotsLine>(there.Job)
            .SelectMany(line => line.Snapshots ?? [])
            .Select(line => line.Snapshot)
            .ToHashSet(StringComparer.Ordinal);
        var snapshots = lying.Where(one => going.Contains(one.Id) && known.Contains(one.Snapshot)).Select(one => one.Snapshot).ToList();
        var result = there;
        if (there.Succeeded && snapshots.Count > 0)
        {
            result = await RunAsync(work, repository, "forget", ["forget", .. snapshots], cancellationToken);
        }

        if (result.Succeeded)
        {
            // A worker that died between the two has forgotten them without writing it down: then they are not there any more.
            await store.ForgetAsync(repository.Id, going, cancellationToken);
            result = await RunAsync(work, repository, "prune", ["prune"], cancellationToken, progress);
        }

        if (result.Succeeded)
        {
            await progress.ReportAsync(
                string.Create(CultureInfo.InvariantCulture, $"{going.Count} went, {lying.Count - going.Count} lie there")
            );
        }
        else
        {
            await progress.LogAsync([$"{work.Target.Name}: nothing was tidied up: {result.Message}"], areErrors: true);
        }
    }

    private async Task<(string, string)?> TryMakeAsync(
        PanelCopyWork work,
        BackupRepository repository,
        PanelBackupCopy copy,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        if (repository.ResticId is null)
        {
            var made = await RunAsync(work, repository, "init", ["init"], cancellationToken);
            if (made.Fault == ResticTool.RepositoryExists)
            {
                // Made in a life of the worker that did not come to write it down.
                made = await RunAsync(work, repository, "identity", ["identity"], cancellationToken);
            }

            if (!made.Succeeded)
            {
                return Fault(made);
            }

            var id = JobLines.Read<RepositoryLine>(made.Job).Last(line => line.Repository is { Length: > 0 }).Repository!;
            await backups.InitialisedAsync(repository.Id, id, cancellationToken);
        }

        var snapshot = copy.SnapshotId;
        if (snapshot is null && copy.BegunAt is not null)
        {
            // Begun before: it may have been made by a worker that did not come to write it down.
            var tag = BackupNames.PanelTag(work.Operation.Id);
            var there = await RunAsync(work, repository, "list", ["list"], cancellationToken);
            snapshot = JobLines
                .Read<SnapshotsLine>(there.Job)
                .SelectMany(line => line.Snapshots ?? [])
                .LastOrDefault(line => line.Tags?.Contains(tag, StringComparer.Ordinal) == true)
                ?.Snapshot;
        }

        if (snapshot is null)
        {
            await store.UpdateCopyAsync(copy, row => row.BegunAt = time.GetStoredNow(), cancellationToken);
            var kept = await RunAsync(work, repository, "save", ["backup", .. PanelCopyWork.Paths], cancellationToken, progress);
            if (kept.Fault == ResticTool.Locked)
            {
                // One backup of the panel at a time: whose lock this is has died.
                await RunAsync(work, repository, "unlock", ["unlock"], cancellationToken);
                kept = await RunAsync(work, repository, "save-again", ["backup", .. PanelCopyWork.Paths], cancellationToken, progress);
            }

            if (!kept.Succeeded)
            {
                return Fault(kept);
            }

            if (JobLines.Read<SnapshotLine>(kept.Job).LastOrDefault(line => line.Snapshot is { Length: > 0 }) is not { } line)
            {
                return ("backup-failed", "A snapshot was made, and its name was not told.");
            }

            snapshot = line.Snapshot;
            await store.UpdateCopyAsync(copy, row => row.AddedBytes = line.Added, cancellationToken);
        }

        await store.UpdateCopyAsync(copy, row => row.SnapshotId = snapshot, cancellationToken);
        var read = await RunAsync(work, repository, "read", ["readback", snapshot!, BackupNames.Expected], cancellationToken, progress);
        if (!read.Succeeded)
        {
            return Fault(read);
        }

        // The panel calls nothing good because of an exit code alone.
        var found = JobLines
            .Read<SourceLine>(read.Job)
            .Where(line => line.Source is not null)
            .Select(line => new FoundSource(line.Source!, line.Files, line.Bytes))
            .ToList();
        return PanelManifest.Expected(work.Manifest).FaultIn(found) is { } fault ? ("backup-incomplete", fault) : null;
    }

    private async Task<ResticResult> RunAsync(
        PanelCopyWork work,
        BackupRepository repository,
        string job,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        StepProgress? progress = null
    )
    {
        var place = await access.OpenAsync(work.Target, repository, PanelRepository.ShortId, work.Owner, work.Index, cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"panel-{job}-{work.Index}");
        var run = new ResticRun(_names.Job(name, work.Operation.Id), work.Owner, place, arguments)
        {
            Volumes = [work.Scratch with { ReadOnly = true }],
            Capabilities = [ToolCapabilities.Read],
            Tags = BackupNames.PanelTag(work.Operation.Id),
        };
        return await restic.RunAsync(run, report: null, cancellationToken, progress);
    }

    private static (string, string) Fault(ResticResult result) => (ResticFaults.CodeOf(result.Fault!), result.Message);

    private sealed record RepositoryLine(string? Repository);

    private sealed record SnapshotLine(string? Snapshot, long Added, IReadOnlyList<string>? Tags);

    private sealed record SnapshotsLine(IReadOnlyList<SnapshotLine>? Snapshots);

    private sealed record SourceLine(string? Source, long Files, long Bytes);
}

/// <summary>A copy to be made.</summary>
/// <param name="Operation">By which operation; its id is the backup's.</param>
/// <param name="Target">Where to.</param>
/// <param name="Index">Which of the operation's targets it is.</param>
/// <param name="Scratch">The volume with dump and manifest.</param>
/// <param name="Manifest">The manifest, as it lies there.</param>
internal sealed record PanelCopyWork(Operation Operation, BackupTarget Target, int Index, VolumeMount Scratch, string Manifest)
{
    /// <summary>What the snapshot is made of: the same paths each time.</summary>
    public static readonly string[] Paths = [BackupNames.Dumps, BackupNames.Manifest];

    /// <summary>Whose the jobs are.</summary>
    public Ownership Owner => new(SiteId: null, OrganisationId: null, Operation.Id);
}
