using System.Globalization;
using System.Text.Json;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Sites.Disposability;

/// <summary>
/// Removes every container of a running site and sees what comes back. What has to be known afterwards is written down before anything is
/// removed, and which containers are removed before the first of them is: a worker that dies removes no second set and ends with a result.
/// </summary>
internal sealed class DrillDisposability(
    SiteSteps steps,
    SiteStore sites,
    DrillStore store,
    FingerprintTool tool,
    ISwarm swarm,
    TimeProvider time
) : IOperationKind
{
    /// <summary>Much longer than a start: a database that was killed may have to recover first, and how long that took is what is asked.</summary>
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    public string Kind => OperationKinds.DrillDisposability;

    /// <summary>Two at once on a node would time each other.</summary>
    public int Budget => 1;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        return site.Site.State != SiteState.Running
            ? throw new StepFailedException("site-is-not-running", $"{site.Site.Slug} does not run any more. Nothing was removed.")
            :
            [
                new Step("record", "Record what its containers keep", (progress, token) => RecordAsync(operation, progress, token)),
                new Step("fingerprint", "Take its fingerprint", (progress, token) => FingerprintAsync(operation, progress, token))
                {
                    After = ["record"],
                    Timeout = (2 * FingerprintTool.JobTimeout) + Slack,
                },
                new Step("remove", "Remove every container", (progress, token) => RemoveAsync(operation, progress, token))
                {
                    After = ["fingerprint"],
                },
                new Step("recover", "Wait until it answers again", (progress, token) => RecoverAsync(operation, progress, token))
                {
                    After = ["remove"],
                    Timeout = (2 * RecoveryLimit) + Slack,
                },
                new Step("compare", "Compare the fingerprint", (progress, token) => CompareAsync(operation, progress, token))
                {
                    After = ["recover"],
                    Timeout = (2 * FingerprintTool.JobTimeout) + Slack,
                },
            ];
    }

    public async Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(operation.Id, cancellationToken) is null)
        {
            return;
        }

        await store.UpdateAsync(
            operation.Id,
            (drill, now) =>
            {
                if (drill.Verdict is null)
                {
                    var isAway = operation.ErrorCode == SiteSteps.DoesNotAnswer && drill is { RemovedAt: not null, AnsweredAt: null };
                    drill.Verdict = isAway ? DrillVerdict.DidNotRecover : DrillVerdict.Unfinished;
                    drill.Reason = (drill.RemovedAt, operation.ErrorCode) switch
                    {
                        (null, _) => $"Nothing was removed. {operation.ErrorMessage}",
                        (_, "cancelled") =>
                            "Somebody cancelled it after the containers were removed; the engine makes new ones all the same.",
                        _ => operation.ErrorMessage,
                    };
                    (drill.FinishedAt, drill.BeforeLists) = (now, null);
                }
            },
            cancellationToken
        );
        await store.ForgetOldAsync(operation.SiteId!.Value, cancellationToken);
    }

    private async Task RecordAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(operation.Id, cancellationToken) is null)
        {
            await store.BeginAsync(operation, await ReadLayersAsync(operation, cancellationToken), cancellationToken);
        }

        var drill = await store.GetAsync(operation.Id, cancellationToken);
        await progress.LogAsync([.. KeptIn(drill).Select(kept => $"{kept.Service}: {kept.Path}. {kept.Hint}")]);
        await progress.ReportAsync(
            drill.KeptTotal == 0
                ? "Nothing but what is in volumes"
                : string.Create(CultureInfo.InvariantCulture, $"Outside of volumes: {drill.KeptTotal}")
        );
    }

    private async Task FingerprintAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var drill = await store.GetAsync(operation.Id, cancellationToken);
        if (drill.Before is null)
        {
            // What does not answer before says nothing about what a removal does.
            var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
            await steps.WaitForAnswerAsync(site, site.Blueprint.Front.Probe.Within, cancellationToken);
            var taken = await tool.TakeAsync(site, operation.Id, which: 1, cancellationToken);
            drill = await store.UpdateAsync(
                operation.Id,
                (row, _) =>
                {
                    row.Before ??= StoredJson.Write(taken.Fingerprint);
                    row.BeforeLists ??= JsonSerializer.SerializeToUtf8Bytes(taken.Lists);
                },
                cancellationToken
            );
        }

        var before = StoredJson.Read<SiteFingerprint>(drill.Before!);
        await progress.ReportAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{before.Page.Status}, {before.Databases.Sum(database => database.Rows.Values.Sum())} rows, {before.Volumes.Sum(volume => volume.Files)} files"
            )
        );
    }

    private async Task RemoveAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var siteId = operation.SiteId!.Value;
        var drill = await store.GetAsync(operation.Id, cancellationToken);
        if (drill.RemovedAt is null)
        {
            var running = await swarm.InspectContainersAsync(siteId, cancellationToken);
            drill = await store.UpdateAsync(
                operation.Id,
                (row, now) =>
                {
                    if (row.RemovedAt is null)
                    {
                        row.ContainerIds = [.. running.Select(container => container.Id)];
                        (row.RemovedAt, row.RemovalLease) = (now, operation.LeaseToken);
                    }
                },
                cancellationToken
            );
        }

        // By their ids: done again after a crash, those that came in their place stay.
        await swarm.RemoveContainersAsync(siteId, drill.ContainerIds, cancellationToken);
        await progress.ReportAsync(string.Create(CultureInfo.InvariantCulture, $"{drill.ContainerIds.Count} removed"));
    }

    private async Task RecoverAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        await steps.WaitForAnswerAsync(site, RecoveryLimit, cancellationToken);
        var drill = await store.UpdateAsync(
            operation.Id,
            (row, now) =>
            {
                if (row.AnsweredAt is null)
                {
                    (row.AnsweredAt, row.WasInterrupted) = (now, row.RemovalLease != operation.LeaseToken);
                }
            },
            cancellationToken
        );
        var took = (drill.AnsweredAt!.Value - drill.RemovedAt!.Value).TotalSeconds;
        await progress.ReportAsync(
            string.Create(CultureInfo.InvariantCulture, $"Answered after {(drill.WasInterrupted ? "at most " : string.Empty)}{took:0.0} s")
        );
        await WaitForAllAsync(site, cancellationToken);
    }

    /// <summary>A front page may come from a cache while the database still starts, and what does not run can't be counted.</summary>
    private async Task WaitForAllAsync(SiteAssembly site, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var services = (await swarm.SnapshotAsync(cancellationToken)).ServicesOf(site.Site.Id);
            var late = services.FirstOrDefault(service => service.Running < service.Replicas);
            if (late is null)
            {
                return;
            }

            if (time.GetElapsedTime(started) > RecoveryLimit)
            {
                throw new StepFailedException(
                    "service-does-not-run",
                    $"{late.Service} does not run again since its container was removed ({late.State}): {late.Reason?.Message ?? "the engine does not say why."}"
                );
            }

            await Task.Delay(LookInterval, time, cancellationToken);
        }
    }

    private async Task CompareAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var drill = await store.GetAsync(operation.Id, cancellationToken);
        if (drill.Verdict is null)
        {
            var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
            var after = await tool.TakeAsync(site, operation.Id, which: 2, cancellationToken);
            var now = await ReadLayersAsync(operation, cancellationToken);
            List<KeptPath> kept = [.. KeptIn(drill).Select(path => path with { IsMadeAgain = now.Contains(path) })];
            var before = new TakenFingerprint(
                StoredJson.Read<SiteFingerprint>(drill.Before!),
                JsonSerializer.Deserialize<Dictionary<string, byte[]>>(drill.BeforeLists)!
            );
            var findings = new FingerprintComparison(site.Blueprint).Compare(before, after, kept);
            // What was not listed can't be found again; it counts as what it was: kept in a container that is gone.
            findings = findings with
            {
                LostTotal = findings.LostTotal + drill.KeptTotal - kept.Count,
            };
            drill = await store.UpdateAsync(operation.Id, (row, moment) => Settle(row, after, kept, findings, moment), cancellationToken);
        }

        var found = StoredJson.Read<Findings>(drill.Findings!);
        await progress.LogAsync([.. found.Lost.Select(lost => $"Lost: {Describe(lost)}")], areErrors: true);
        await progress.LogAsync([.. found.Changed.Select(changed => $"Changed: {Describe(changed)}")]);
        await progress.ReportAsync(
            found.LostTotal == 0 ? "Nothing was lost" : string.Create(CultureInfo.InvariantCulture, $"Lost: {found.LostTotal}")
        );
        await store.ForgetOldAsync(operation.SiteId!.Value, cancellationToken);
    }

    private static void Settle(
        DisposabilityDrill row,
        TakenFingerprint after,
        List<KeptPath> kept,
        Findings findings,
        DateTimeOffset moment
    )
    {
        if (row.Verdict is null)
        {
            row.After = StoredJson.Write(after.Fingerprint);
            row.Kept = StoredJson.Write(kept);
            row.Findings = StoredJson.Write(findings);
            row.Verdict = findings.LostTotal == 0 ? DrillVerdict.NothingLost : DrillVerdict.Lost;
            (row.FinishedAt, row.BeforeLists) = (moment, null);
        }
    }

    private async Task<IReadOnlyList<KeptPath>> ReadLayersAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        return WritableLayer.Read(site.Blueprint, await swarm.InspectContainersAsync(site.Site.Id, cancellationToken));
    }

    private static List<KeptPath> KeptIn(DisposabilityDrill drill) => StoredJson.Read<List<KeptPath>>(drill.Kept);

    private static string Describe(Finding finding) =>
        string.Join(' ', new[] { finding.Where, finding.What }.Where(part => part.Length > 0)) + $": {finding.Text}";
}
