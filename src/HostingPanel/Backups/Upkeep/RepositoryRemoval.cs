using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Upkeep;

/// <summary>Removes from a repository what goes, and makes room.</summary>
internal sealed class RepositoryRemoval(UpkeepStore store, RepositoryRuns runs, TimeProvider time)
{
    /// <summary>Removes the copies that are marked, after a dry run that says the same as the rows do.</summary>
    public Task ForgetAsync(RepositoryWork work, StepProgress progress, CancellationToken cancellationToken) =>
        runs.TryAsync(
            work,
            progress,
            async place =>
            {
                var copies = await store.CopiesAsync(work.Repository.Id, cancellationToken);
                var going = copies.Where(copy => copy.GoingAt is not null).ToList();
                if (going.Count == 0)
                {
                    await progress.ReportAsync("nothing to remove");
                    return null;
                }

                if (!(await runs.ListAsync(work, place, copies, progress, cancellationToken)).TryGet(out var there, out var fault))
                {
                    return RepositoryFault.Of(fault);
                }

                // One that was begun and not written down is found by its tag; what is not there any more has gone already.
                var ids = there
                    .Where(snapshot => going.Any(copy => RepositoryRuns.IsOf(snapshot, copy)))
                    .Select(snapshot => snapshot.Snapshot!)
                    .ToList();
                var stays = there.Where(snapshot => !ids.Contains(snapshot.Snapshot!, StringComparer.Ordinal)).ToList();
                if (!copies.Any(copy => copy.ReadBackAt is not null && stays.Any(snapshot => RepositoryRuns.IsOf(snapshot, copy))))
                {
                    await progress.ReportAsync("left for the next time: no whole copy would be left there");
                    return null;
                }

                if (ids.Count > 0 && await ForgetAsync(work, place, ids, stays.Count, cancellationToken) is { } refused)
                {
                    return refused;
                }

                await store.ForgottenAsync(
                    work.Repository.Id,
                    [.. going.Select(copy => copy.RestorePointId)],
                    roomIsLeft: true,
                    cancellationToken
                );
                await progress.ReportAsync(string.Create(CultureInfo.InvariantCulture, $"{going.Count} removed"));
                return null;
            },
            cancellationToken
        );

    /// <summary>Makes free what nothing needs any more; while somebody reads there it is left for the next time.</summary>
    public Task PruneAsync(RepositoryWork work, StepProgress progress, CancellationToken cancellationToken) =>
        runs.TryAsync(
            work,
            progress,
            async place =>
            {
                if (!work.Repository.PruneDue || work.Repository.SetAsideAt is not null)
                {
                    await progress.ReportAsync("nothing to do");
                    return null;
                }

                // Said before it is looked: whoever begins to read meanwhile sees it and waits.
                await store.UpdateAsync(work.Repository.Id, row => row.PruningBy = work.Operation.Id, cancellationToken);
                if (await store.IsReadAsync(work.Repository.Id, work.Operation.Id, cancellationToken))
                {
                    await store.UpdateAsync(work.Repository.Id, row => row.PruningBy = null, cancellationToken);
                    await progress.ReportAsync("left for the next time: it is being read");
                    return null;
                }

                var result = await runs.RunAsync(work, place, "prune", ["prune"], cancellationToken);
                if (result.Fault == ResticTool.Locked)
                {
                    // The site's operations run one at a time: whose lock this is has died.
                    await runs.RunAsync(work, place, "unlock", ["unlock"], cancellationToken);
                    result = await runs.RunAsync(work, place, "prune-again", ["prune"], cancellationToken);
                }

                var now = time.GetStoredNow();
                await store.UpdateAsync(
                    work.Repository.Id,
                    row =>
                    {
                        row.PruningBy = null;
                        if (result.Succeeded)
                        {
                            (row.PruneDue, row.PrunedAt) = (false, now);
                        }
                    },
                    cancellationToken
                );
                return result.Succeeded ? null : RepositoryFault.Of(result);
            },
            cancellationToken
        );

    /// <summary>Removes everything that lies there; while somebody reads there it is refused.</summary>
    public Task EmptyAsync(RepositoryWork work, StepProgress progress, CancellationToken cancellationToken) =>
        runs.TryAsync(
            work,
            progress,
            async place =>
            {
                if (work.Repository.ResticId is not { } known)
                {
                    // It was never made, or a life of the worker before has emptied it.
                    await store.EmptiedAsync(work.Repository.Id, cancellationToken);
                    await progress.ReportAsync("nothing is there");
                    return null;
                }

                // Said before it is looked: whoever begins to read meanwhile sees it and waits.
                await store.UpdateAsync(work.Repository.Id, row => row.PruningBy = work.Operation.Id, cancellationToken);
                if (await store.IsReadAsync(work.Repository.Id, work.Operation.Id, cancellationToken))
                {
                    await store.UpdateAsync(work.Repository.Id, row => row.PruningBy = null, cancellationToken);
                    return new RepositoryFault("repository-busy", $"It is being read at {work.Target.Name}. Ask for it again then.");
                }

                var result = await runs.RunAsync(work, place, "empty", ["empty", known], cancellationToken);
                if (result.Fault == ResticTool.Locked)
                {
                    // The site's operations run one at a time: whose lock this is has died.
                    await runs.RunAsync(work, place, "unlock", ["unlock"], cancellationToken);
                    result = await runs.RunAsync(work, place, "empty-again", ["empty", known], cancellationToken);
                }

                if (!result.Succeeded && result.Fault != ResticTool.Missing)
                {
                    await store.UpdateAsync(work.Repository.Id, row => row.PruningBy = null, cancellationToken);
                    return RepositoryFault.Of(result);
                }

                await store.EmptiedAsync(work.Repository.Id, cancellationToken);
                await progress.ReportAsync("nothing is left there");
                return null;
            },
            cancellationToken
        );

    private async Task<RepositoryFault?> ForgetAsync(
        RepositoryWork work,
        RepositoryPlace place,
        List<string> ids,
        int stays,
        CancellationToken cancellationToken
    )
    {
        var planned = await runs.RunAsync(work, place, "plan", ["forget-plan", .. ids], cancellationToken);
        if (!planned.Succeeded)
        {
            return RepositoryFault.Of(planned);
        }

        var plan = JobLines.Read<PlanLine>(planned.Job).LastOrDefault(line => line.Left is not null);
        if (plan is null || plan.Forget != ids.Count || plan.Left != stays)
        {
            return new RepositoryFault(
                "plan-differs",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The dry run would remove {plan?.Forget} and leave {plan?.Left} at {work.Target.Name}; {ids.Count} and {stays} were expected. Nothing was removed there."
                )
            );
        }

        var forgotten = await runs.RunAsync(work, place, "forget", ["forget", .. ids], cancellationToken);
        if (forgotten.Fault == ResticTool.Locked)
        {
            await runs.RunAsync(work, place, "unlock", ["unlock"], cancellationToken);
            forgotten = await runs.RunAsync(work, place, "forget-again", ["forget", .. ids], cancellationToken);
        }

        return forgotten.Succeeded ? null : RepositoryFault.Of(forgotten);
    }

    private sealed record PlanLine(int? Forget, int? Left);
}
