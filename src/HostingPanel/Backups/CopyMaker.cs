using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>
/// Brings a restore point that lies in its scratch volume to one target, in two parts. What is wrong with a target is written down at the
/// copy and at the target, and is no reason for the others to stop.
/// </summary>
internal sealed class CopyMaker(BackupStore store, RepositoryAccess access, ResticTool restic, BackupJobs jobs, TimeProvider time)
{
    private const string Incomplete = "backup-incomplete";

    /// <summary>
    /// Makes the snapshot, the repository before it where that was not made, and has it read back in the same job: by a restic of its own, which knows nothing of what the one before has sent.
    /// </summary>
    public Task StoreAsync(CopyWork work, StepProgress progress, CancellationToken cancellationToken) =>
        TryAsync(
            work,
            progress,
            async (copy, repository) =>
            {
                if (copy.SnapshotId is not null)
                {
                    return null;
                }

                var place = await PlaceAsync(work, repository, cancellationToken);
                // Begun before: it may have been made by a worker that did not come to write it down.
                if (copy.BegunAt is not null && await FindAsync(work, place, cancellationToken) is { } found)
                {
                    await store.UpdateCopyAsync(copy, row => row.SnapshotId = found, cancellationToken);
                    return null;
                }

                await store.UpdateCopyAsync(copy, row => row.BegunAt = time.GetStoredNow(), cancellationToken);
                var result = await BackupAsync(work, place, repository.ResticId is null, progress, cancellationToken);
                if (
                    repository.ResticId is null
                    && JobLines.Read<RepositoryLine>(result.Job).LastOrDefault(told => told.Repository is { Length: > 0 }) is { } made
                )
                {
                    // Made now, or in a life of the worker that did not come to write it down: its key is the one that was stored before.
                    await store.InitialisedAsync(repository.Id, made.Repository!, cancellationToken);
                }

                var line = JobLines.Read<SnapshotLine>(result.Job).LastOrDefault(line => line.Snapshot is { Length: > 0 });
                if (line is not null)
                {
                    // Also of one that was not whole when it was read back: it lies there.
                    await store.UpdateCopyAsync(
                        copy,
                        row => (row.SnapshotId, row.AddedBytes, row.Seconds) = (line.Snapshot, line.Added, line.Seconds),
                        cancellationToken
                    );
                }

                if (!result.Succeeded)
                {
                    return Fault(result);
                }

                if (line is null)
                {
                    return new TargetFault("backup-failed", "A snapshot was made, and its name was not told.");
                }

                if (await AcceptAsync(work, copy, result, progress, cancellationToken) is { } fault)
                {
                    return fault;
                }

                await progress.ReportAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{line.Files} files, {Size(line.Bytes)}; {Size(line.Added)} of them new")
                );
                return null;
            },
            cancellationToken
        );

    /// <summary>
    /// Reads the snapshot back from the target and compares it with the manifest, where that was not done when it was made: because the
    /// worker died before it had written down what was found.
    /// </summary>
    public Task ReadBackAsync(CopyWork work, StepProgress progress, CancellationToken cancellationToken) =>
        TryAsync(
            work,
            progress,
            async (copy, repository) =>
            {
                if (copy.ReadBackAt is not null)
                {
                    await progress.ReportAsync("whole");
                    return null;
                }

                var place = await PlaceAsync(work, repository, cancellationToken);
                var run = jobs.Run(work, place, "read", ["readback", copy.SnapshotId!, BackupNames.Expected]) with
                {
                    Volumes = [work.Scratch with { ReadOnly = true }],
                    Capabilities = [ToolCapabilities.Read],
                };
                var result = await restic.RunAsync(run, report: null, cancellationToken, progress);
                if (!result.Succeeded)
                {
                    return Fault(result);
                }

                if (await AcceptAsync(work, copy, result, progress, cancellationToken) is { } fault)
                {
                    return fault;
                }

                await progress.ReportAsync("whole");
                return null;
            },
            cancellationToken
        );

    /// <summary>Writes down what was found when it was read back, where that is what was expected.</summary>
    /// <returns>Why it is not.</returns>
    private async Task<TargetFault?> AcceptAsync(
        CopyWork work,
        RestorePointCopy copy,
        ResticResult read,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var found = JobLines
            .Read<SourceLine>(read.Job)
            .Where(line => line.Source is not null)
            .Select(line => new FoundSource(line.Source!, line.Files, line.Bytes))
            .ToList();
        if (ExpectedSet.Of(work.Manifest).FaultIn(found) is { } fault)
        {
            return new TargetFault(Incomplete, fault);
        }

        await progress.LogAsync(ExpectedSet.NotesOf(work.Manifest, found));

        var now = time.GetStoredNow();
        await store.UpdateCopyAsync(copy, row => (row.ReadBackAt, row.Found) = (now, BackupJson.Write(found)), cancellationToken);
        await store.UpdateTargetAsync(work.Target.Id, target => target.LastSuccessAt = now, cancellationToken);
        return null;
    }

    private async Task<ResticResult> BackupAsync(
        CopyWork work,
        RepositoryPlace place,
        bool mayMake,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var run = jobs.Run(work, place, $"save{attempt}-", ["backup-and-read", BackupNames.Expected, .. work.Paths]) with
            {
                Volumes = [work.Scratch with { ReadOnly = true }, .. work.Volumes],
                Capabilities = [ToolCapabilities.Read],
                Tags = BackupNames.Tag(work.Operation.Id),
                MayMake = mayMake,
            };
            var result = await restic.RunAsync(run, known => ReportAsync(progress, known), cancellationToken, progress);
            if (result.Fault != ResticTool.Locked || attempt > 1)
            {
                return result;
            }

            // One repository, one site, and the site's operations run one at a time: whose lock this is has died.
            await RunAsync(work, place, "unlock", ["unlock"], cancellationToken);
        }
    }

    private async Task<string?> FindAsync(CopyWork work, RepositoryPlace place, CancellationToken cancellationToken)
    {
        var listed = await RunAsync(work, place, "list", ["list"], cancellationToken);
        var tag = BackupNames.Tag(work.Operation.Id);
        return listed.Succeeded
            ? JobLines
                .Read<SnapshotsLine>(listed.Job)
                .SelectMany(line => line.Snapshots ?? [])
                .LastOrDefault(line => line.Tags?.Contains(tag, StringComparer.Ordinal) == true)
                ?.Snapshot
            : null;
    }

    private Task<ResticResult> RunAsync(
        CopyWork work,
        RepositoryPlace place,
        string job,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    ) => restic.RunAsync(jobs.Run(work, place, job, arguments), report: null, cancellationToken);

    private Task<RepositoryPlace> PlaceAsync(CopyWork work, BackupRepository repository, CancellationToken cancellationToken) =>
        access.OpenAsync(work.Target, repository, work.Site.Site.ShortId, work.Site.Owner, work.Index, cancellationToken);

    /// <summary>Does a part of a copy that has not failed yet.</summary>
    private async Task TryAsync(
        CopyWork work,
        StepProgress progress,
        Func<RestorePointCopy, BackupRepository, Task<TargetFault?>> part,
        CancellationToken cancellationToken
    )
    {
        var repository = await store.EnsureRepositoryAsync(work.Site.Site.Id, work.Target.Id, cancellationToken);
        var copy = await store.EnsureCopyAsync(work.Operation.Id, repository.Id, cancellationToken);
        if (copy.FaultCode is not null)
        {
            await progress.ReportAsync("left out");
            return;
        }

        TargetFault? fault;
        try
        {
            fault = await part(copy, repository);
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            fault = new TargetFault(failure.Code, failure.Message);
        }

        if (fault is not null)
        {
            var now = time.GetStoredNow();
            await store.UpdateCopyAsync(copy, row => (row.FaultCode, row.Fault) = (fault.Code, fault.Message), cancellationToken);
            await store.UpdateTargetAsync(
                work.Target.Id,
                target => (target.LastFaultAt, target.LastFaultCode, target.LastFault) = (now, fault.Code, fault.Message),
                cancellationToken
            );
            await progress.LogAsync([$"{work.Target.Name}: {fault.Message}"], areErrors: true);
            await progress.ReportAsync($"failed: {fault.Message}");
        }
    }

    private static TargetFault Fault(ResticResult result) => new(ResticFaults.CodeOf(result.Fault!), result.Message);

    private static Task ReportAsync(StepProgress progress, ResticProgress known) =>
        known.Progress is { } share
            ? progress.ReportAsync(
                string.Create(CultureInfo.InvariantCulture, $"{known.Files} files, {Size(known.Bytes)}"),
                Math.Clamp(share, 0, 0.99)
            )
            : Task.CompletedTask;

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MB");

    private sealed record TargetFault(string Code, string Message);

    private sealed record RepositoryLine(string? Repository);

    private sealed record SnapshotLine(string? Snapshot, long Files, long Bytes, long Added, double Seconds, IReadOnlyList<string>? Tags);

    private sealed record SnapshotsLine(IReadOnlyList<SnapshotLine>? Snapshots);

    private sealed record SourceLine(string? Source, long Files, long Bytes);
}
