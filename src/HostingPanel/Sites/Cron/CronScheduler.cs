using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites.Cron;

/// <summary>Keeps the entries in step with the sites' blueprints, and queues an operation for each that is due.</summary>
internal sealed class CronScheduler(
    IDbContextFactory<PanelDbContext> contexts,
    BlueprintCatalogue blueprints,
    OperationQueue queue,
    IWorkerLease worker,
    IOptions<PanelOptions> options,
    TimeProvider time,
    ILogger<CronScheduler> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>A task that is due at a minute starts within it.</summary>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(20);

    protected override string Purpose => "Running scheduled tasks";

    protected override Task LookAsync(CancellationToken cancellationToken) =>
        options.Value.RunsCron ? QueueAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Queues what is due. Says how many that were.</summary>
    public async Task<int> QueueAsync(CancellationToken cancellationToken)
    {
        var queued = 0;
        foreach (var (site, entry) in await FollowAsync(cancellationToken))
        {
            queued += await TryQueueAsync(site, entry, cancellationToken) ? 1 : 0;
        }

        return queued;
    }

    /// <summary>Brings all entries in step, and gives those that are due, the one that waits longest first.</summary>
    private async Task<IReadOnlyList<(Guid Site, string Entry)>> FollowAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var sites = await context
            .Sites.AsNoTracking()
            .Where(site => site.State == SiteState.Running || site.State == SiteState.Stopped)
            .Select(site => new
            {
                site.Id,
                site.Blueprint,
                site.State,
                site.Environment,
                site.CronIsOff,
                site.HandsOffUntil,
            })
            .ToListAsync(cancellationToken);
        var entries = (await context.CronEntries.ToListAsync(cancellationToken)).ToLookup(entry => entry.SiteId);
        var due = new List<CronEntry>();
        foreach (var site in sites)
        {
            if (!blueprints.TryGet(site.Blueprint, out var blueprint))
            {
                // Not installed any more; what is known of its entries stays until it is back.
                continue;
            }

            var known = entries[site.Id].ToDictionary(entry => entry.Name, StringComparer.Ordinal);
            foreach (var recipe in blueprint.Cron)
            {
                if (!known.Remove(recipe.Name, out var entry))
                {
                    context.CronEntries.Add(entry = NewEntry(site.Id, recipe));
                }

                entry.Follow(recipe.Schedule, now);
                if (
                    entry.DueAt <= now
                    && CronTimes.WhyPaused(site.State, site.Environment, site.CronIsOff, site.HandsOffUntil, now) is null
                )
                {
                    due.Add(entry);
                }
            }

            context.CronEntries.RemoveRange(known.Values);
        }

        await context.SaveChangesAsync(cancellationToken);
        return [.. due.OrderBy(entry => entry.DueAt).Select(entry => (entry.SiteId, entry.Name))];
    }

    /// <summary>False when the site has moved on, or a run of the entry waits or runs: runs never overlap.</summary>
    private async Task<bool> TryQueueAsync(Guid siteId, string name, CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // The lock that every request takes: a person may be asking for a run in this moment.
        var site = await context
            .Sites.FromSql($"SELECT * FROM sites WHERE id = {siteId} FOR UPDATE")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (
            site is null
            || CronTimes.WhyPaused(site.State, site.Environment, site.CronIsOff, site.HandsOffUntil, now) is not null
            || await CronQueue.FindActiveAsync(context, siteId, site.Slug, name, cancellationToken) is not null
            || await context.CronEntries.SingleOrDefaultAsync(row => row.SiteId == siteId && row.Name == name, cancellationToken)
                is not { } entry
            || !(entry.DueAt <= now)
        )
        {
            return false;
        }

        var request = await CronQueue.RequestAsync(context, site, name, OperationPriority.Schedule, cancellationToken);
        queue.Add(context, Actor.Panel, request);
        // However many times have gone by, this run stands for all of them.
        entry.DueAt = entry.NextAfter(now);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    public static CronEntry NewEntry(Guid siteId, BlueprintCron recipe) =>
        new()
        {
            SiteId = siteId,
            Name = recipe.Name,
            Schedule = recipe.Schedule.Text,
        };
}
