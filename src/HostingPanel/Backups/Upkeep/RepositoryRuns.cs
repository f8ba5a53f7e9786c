using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Upkeep;

/// <summary>
/// Runs <c>hp-restic</c> for the upkeep of repositories. What is wrong with one is written down there and stops none of the others; after a
/// fault nothing more is done to it by the same operation.
/// </summary>
internal sealed class RepositoryRuns(UpkeepStore store, RepositoryAccess access, ResticTool restic, IOptions<PanelOptions> options)
{
    /// <summary>Stands for the site in names: its row may have gone.</summary>
    private const string NoSite = "upkeep";
    private readonly BackupNames _names = new(options.Value);

    /// <summary>Does a part of an operation to a repository that it has found no fault with.</summary>
    public async Task TryAsync(
        RepositoryWork work,
        StepProgress progress,
        Func<RepositoryPlace, Task<RepositoryFault?>> part,
        CancellationToken cancellationToken
    )
    {
        if (work.Repository.FaultBy == work.Operation.Id)
        {
            await progress.ReportAsync("left out");
            return;
        }

        RepositoryFault? fault;
        try
        {
            var owner = await store.OwnerAsync(work.Operation, cancellationToken);
            fault = await part(await access.OpenAsync(work.Target, work.Repository, NoSite, owner, work.Index, cancellationToken));
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            fault = new RepositoryFault(failure.Code, failure.Message);
        }

        if (fault is null)
        {
            return;
        }

        if (fault.Code != UpkeepStore.Damaged)
        {
            await store.FaultAsync(work, fault.Code, fault.Message, cancellationToken);
        }

        await progress.LogAsync([$"{work.Target.Name}: {fault.Message}"], areErrors: true);
        await progress.ReportAsync($"failed: {fault.Message}");
    }

    /// <summary>Runs one action to its end.</summary>
    public async Task<ResticResult> RunAsync(
        RepositoryWork work,
        RepositoryPlace place,
        string job,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var name = _names.Job(string.Create(CultureInfo.InvariantCulture, $"{NoSite}-{job}-{work.Index}"), work.Operation.Id);
        return await restic.RunAsync(
            new ResticRun(name, await store.OwnerAsync(work.Operation, cancellationToken), place, arguments),
            report: null,
            cancellationToken
        );
    }

    /// <summary>What is there; what of it no row tells of is reported, and that is all.</summary>
    public async Task<Outcome<IReadOnlyList<SnapshotLine>>> ListAsync(
        RepositoryWork work,
        RepositoryPlace place,
        IReadOnlyList<RestorePointCopy> copies,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var listed = await RunAsync(work, place, "list", ["list"], cancellationToken);
        if (!listed.Succeeded)
        {
            return new Problem(ProblemKind.Unavailable, ResticFaults.CodeOf(listed.Fault!), listed.Message);
        }

        var there = JobLines
            .Read<SnapshotsLine>(listed.Job)
            .SelectMany(line => line.Snapshots ?? [])
            .Where(snapshot => snapshot.Snapshot is { Length: > 0 })
            .ToList();
        if (JobLines.Read<CountLine>(listed.Job).LastOrDefault(line => line.Count is not null)?.Count != there.Count)
        {
            return new Problem(ProblemKind.Unavailable, "backup-failed", $"The list of what is at {work.Target.Name} is not whole.");
        }

        var unknown = there.Where(snapshot => !copies.Any(copy => IsOf(snapshot, copy))).ToList();
        await store.UpdateAsync(work.Repository.Id, row => row.UnknownSnapshots = unknown.Count, cancellationToken);
        if (unknown.Count > 0)
        {
            await progress.LogAsync(
                [
                    .. unknown
                        .Take(20)
                        .Select(snapshot =>
                            $"{work.Target.Name} has a snapshot that nobody knows of: {snapshot.Snapshot}. It is left alone."
                        ),
                ],
                areErrors: true
            );
        }

        return there;
    }

    /// <summary>True when the snapshot is this copy's: one that was begun and not written down is found by its tag.</summary>
    public static bool IsOf(SnapshotLine snapshot, RestorePointCopy copy) =>
        copy.SnapshotId is { } id
            ? id == snapshot.Snapshot
            : copy.BegunAt is not null && snapshot.Tags?.Contains(BackupNames.Tag(copy.RestorePointId), StringComparer.Ordinal) == true;

    /// <summary>Takes away what the jobs needed.</summary>
    public Task CloseAsync(Operation operation, int repositories, CancellationToken cancellationToken) =>
        access.CloseAsync(NoSite, operation.Id, repositories, cancellationToken);

    private sealed record SnapshotsLine(IReadOnlyList<SnapshotLine>? Snapshots);

    private sealed record CountLine(int? Count);
}

/// <summary>A snapshot as a repository tells of it.</summary>
internal sealed record SnapshotLine(string? Snapshot, IReadOnlyList<string>? Tags);

/// <summary>Why a part of an operation could not be done to a repository.</summary>
internal sealed record RepositoryFault(string Code, string Message)
{
    public static RepositoryFault Of(ResticResult result) => new(ResticFaults.CodeOf(result.Fault!), result.Message);

    public static RepositoryFault Of(Problem problem) => new(problem.Code, problem.Message);
}
