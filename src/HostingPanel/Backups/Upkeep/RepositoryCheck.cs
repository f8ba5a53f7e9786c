using System.Globalization;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Upkeep;

/// <summary>Checks repositories: their structure, and all of their data once per rotation.</summary>
internal sealed class RepositoryCheck(UpkeepStore store, RepositoryRuns runs, DrillQueue drills, TimeProvider time)
{
    /// <summary>In so many parts all data is read once.</summary>
    public const int Parts = 30;

    /// <summary>The part of the rotation that comes next.</summary>
    public static int NextPartOf(BackupRepository repository) => repository.ReadParts == Parts ? (repository.ReadPart % Parts) + 1 : 1;

    /// <summary>Checks its structure, where that is due after making room.</summary>
    public Task CheckAfterPruneAsync(RepositoryWork work, StepProgress progress, CancellationToken cancellationToken) =>
        runs.TryAsync(
            work,
            progress,
            async place =>
            {
                var repository = work.Repository;
                if (repository.SetAsideAt is not null || repository.PrunedAt is null || repository.PrunedAt < repository.CheckedAt)
                {
                    await progress.ReportAsync("nothing to check");
                    return null;
                }

                return await CheckAsync(work, place, CheckReading.None, part: 0, progress, cancellationToken);
            },
            cancellationToken
        );

    /// <summary>Compares it with the rows, checks its structure and reads what is to be read.</summary>
    public Task CheckAsync(RepositoryWork work, CheckArguments arguments, StepProgress progress, CancellationToken cancellationToken) =>
        runs.TryAsync(
            work,
            progress,
            async place =>
            {
                var copies = await store.CopiesAsync(work.Repository.Id, cancellationToken);
                if (!(await runs.ListAsync(work, place, copies, progress, cancellationToken)).TryGet(out var there, out var fault))
                {
                    return RepositoryFault.Of(fault);
                }

                var lost = copies
                    .Where(copy => copy.ReadBackAt is not null && !there.Any(snapshot => RepositoryRuns.IsOf(snapshot, copy)))
                    .ToList();
                if (lost.Count > 0)
                {
                    var message = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{lost.Count} snapshots that were kept at {work.Target.Name} are not there any more."
                    );
                    await store.SetAsideAsync(work, [.. lost.Select(copy => copy.SnapshotId!)], message, cancellationToken);
                    return new RepositoryFault(UpkeepStore.Damaged, message);
                }

                var part = arguments.Parts?.GetValueOrDefault(work.Repository.Id) is > 0 and var asked
                    ? asked
                    : NextPartOf(work.Repository);
                return await CheckAsync(work, place, arguments.Read, part, progress, cancellationToken);
            },
            cancellationToken
        );

    private async Task<RepositoryFault?> CheckAsync(
        RepositoryWork work,
        RepositoryPlace place,
        CheckReading read,
        int part,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        var repository = work.Repository;
        string? subset = read switch
        {
            CheckReading.None => null,
            CheckReading.Part => string.Create(CultureInfo.InvariantCulture, $"{part}/{Parts}"),
            CheckReading.All => "1/1",
            _ => throw new InvalidOperationException($"How much {read} reads is not written down."),
        };
        var result = await runs.RunAsync(work, place, "check", subset is null ? ["check"] : ["check", subset], cancellationToken);
        if (!result.Succeeded)
        {
            var fault = RepositoryFault.Of(result);
            if (fault.Code == UpkeepStore.Damaged)
            {
                var told = JobLines.Read<TouchedLine>(result.Job).Where(line => line.Touched is not null).ToList();
                var touched = told.Count == 0 ? null : told.SelectMany(line => line.Touched!).ToHashSet(StringComparer.Ordinal);
                var marked = await store.SetAsideAsync(work, touched, fault.Message, cancellationToken);
                await progress.LogAsync(
                    [
                        touched is null
                            ? $"Which copies stand on what is damaged can't be told: all {marked} of them count as damaged."
                            : $"{marked} copies stand on what is damaged.",
                        "The next restore point makes another repository there. This one stays as it is, to be looked into.",
                    ],
                    areErrors: true
                );
            }

            return fault;
        }

        var now = time.GetStoredNow();
        await store.UpdateAsync(
            repository.Id,
            row =>
            {
                row.CheckedAt = now;
                if (row.FaultBy != work.Operation.Id)
                {
                    (row.FaultAt, row.FaultCode, row.Fault, row.FaultBy) = (null, null, null, null);
                }

                if (read == CheckReading.Part)
                {
                    (row.ReadPart, row.ReadParts, row.ReadAt) = (part, Parts, now);
                    row.ReadAllAt = part == Parts ? now : row.ReadAllAt;
                }
                else if (read == CheckReading.All)
                {
                    (row.ReadPart, row.ReadParts, row.ReadAt, row.ReadAllAt) = (0, Parts, now, now);
                }
            },
            cancellationToken
        );
        if (read == CheckReading.All || (read == CheckReading.Part && part == Parts))
        {
            // All of its bytes are whole; whether a site comes out of them is for a drill to say.
            await drills.AfterCheckAsync(repository.Id, cancellationToken);
        }

        await progress.ReportAsync(subset is null ? "its structure is whole" : $"whole; part {subset} of its data was read");
        return null;
    }

    private sealed record TouchedLine(IReadOnlyList<string>? Touched);
}
