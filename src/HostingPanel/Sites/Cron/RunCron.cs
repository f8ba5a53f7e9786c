using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Sites.Cron;

/// <summary>
/// Runs one entry of the <c>cron</c> section of a site's blueprint, as a job beside its service. What it does is the application's own business:
/// a failure is written down at the entry and is no trouble of the site. Nothing can be taken back.
/// </summary>
internal sealed class RunCron(SiteStore sites, CronStore store, ISwarm swarm, GiveWay giveWay, TimeProvider time) : IOperationKind
{
    /// <summary>Its program ended with another exit code than 0, or not in time.</summary>
    public const string Failed = "cron-failed";

    /// <summary>
    /// A run may go on for so long although a person or a repair waits for the site; most are done in seconds, and one that is stopped has to
    /// begin anew.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Kind => OperationKinds.RunCron;

    /// <summary>They share the node with the visitors, and the worker's places with what people wait for.</summary>
    public int Budget => 3;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var name = operation.ArgumentsAs<RunCronArguments>().Name;
        if (await store.FindSiteAsync(operation.SiteId!.Value, cancellationToken) is not { } site)
        {
            throw new StepFailedException("site-moved-on", "The site has gone: there is nothing to run any more.");
        }

        var recipe =
            sites.BlueprintOf(site).Cron.SingleOrDefault(entry => entry.Name == name)
            ?? throw new StepFailedException("cron-gone", $"The blueprint of {site.Slug} has no scheduled task “{name}” any more.");
        return
        [
            new Step("run", $"Run {name}", (progress, token) => RunAsync(operation, recipe, progress, token))
            {
                Timeout = recipe.Command.Timeout + TimeSpan.FromMinutes(1),
            },
        ];
    }

    public async Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        var result = operation.ErrorCode == "cancelled" ? CronResult.Cancelled : CronResult.Failed;
        var started = operation.StartedAt ?? time.GetStoredNow();
        // One that the step itself has written down stays as it is.
        await store.RecordAsync(
            operation,
            new CronRun(operation.Id, result, started, ExitCode: null, operation.ErrorMessage),
            cancellationToken
        );
    }

    private async Task RunAsync(Operation operation, BlueprintCron recipe, StepProgress progress, CancellationToken cancellationToken)
    {
        if (await store.FindRecordAsync(operation, cancellationToken) is { } done)
        {
            // The worker that ran it died before it could say so.
            ThrowIfFailed(done.Result!.Value, done.Error);
            return;
        }

        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        if (WhyNot(site.Site, operation) is { } why)
        {
            await store.LeaveOutAsync(operation, cancellationToken);
            await progress.ReportAsync($"Left out. {why}");
            return;
        }

        var started = time.GetStoredNow();
        var job = site.Job(new BlueprintHook(recipe.Name, recipe.Command), operation.Id);
        var result = await giveWay.RunAsync(operation, Patience, token => swarm.RunJobAsync(job, token), cancellationToken);
        if (result is null)
        {
            await RecordAsync(CronResult.MadeWay, exitCode: null, error: null);
            await progress.ReportAsync("Made way for something more urgent; it runs again as soon as the site is free.");
            return;
        }

        await progress.LogAsync(result.Output);
        await progress.LogAsync(result.Error, areErrors: true);
        var (outcome, error) = result.ExitCode == 0 ? (CronResult.Succeeded, null) : (CronResult.Failed, Describe(result));
        await RecordAsync(outcome, result.ExitCode < 0 ? null : result.ExitCode, error);
        ThrowIfFailed(outcome, error);

        Task RecordAsync(CronResult ended, int? exitCode, string? error) =>
            store.RecordAsync(operation, new CronRun(operation.Id, ended, started, exitCode, error), cancellationToken);
    }

    /// <summary>
    /// Much may have happened since it was queued. A person may run what does not run by itself: while somebody works on the site, or where it is
    /// switched off.
    /// </summary>
    private string? WhyNot(Site site, Operation operation)
    {
        var bySchedule = operation.Priority == OperationPriority.Schedule;
        return CronTimes.WhyPaused(
            site.State,
            site.Environment,
            bySchedule && site.CronIsOff,
            bySchedule ? site.HandsOffUntil : null,
            time.GetUtcNow()
        );
    }

    private static string Describe(JobResult result) =>
        result.ExitCode < 0 ? HookReport.WhyOf(result) : $"It ended with exit code {result.ExitCode}: {HookReport.WhyOf(result)}";

    private static void ThrowIfFailed(CronResult result, string? error)
    {
        if (result == CronResult.Failed)
        {
            throw new StepFailedException(Failed, error ?? "It failed.");
        }
    }
}
