using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>What the reconciler saw when it asked for a repair.</summary>
internal sealed record HealArguments(IReadOnlyList<string> Findings);

/// <summary>Queues repairs, unless the site has moved on since it was looked at.</summary>
internal sealed class HealQueue(IDbContextFactory<PanelDbContext> contexts, OperationQueue queue, TimeProvider time)
{
    /// <param name="site">The site as it was read.</param>
    /// <param name="findings">What is wrong with it.</param>
    /// <param name="readAt">When the reading began.</param>
    /// <param name="countsAsAttempt">False where the repair itself is what was waited for: to let a service rest.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>False when something has been done to the site meanwhile; the next look will tell.</returns>
    public async Task<bool> TryAddAsync(
        Site site,
        IReadOnlyList<Finding> findings,
        DateTimeOffset readAt,
        bool countsAsAttempt,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = await context
            .Sites.FromSql($"SELECT * FROM sites WHERE id = {site.Id} FOR UPDATE")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (now is null || (now.State, now.Generation, now.Route) != (site.State, site.Generation, site.Route))
        {
            return false;
        }

        var hasMovedOn = await context.Operations.AnyAsync(
            operation =>
                operation.SiteId == site.Id
                && (
                    (operation.State == OperationState.Queued && operation.Priority >= OperationPriority.Repair)
                    || (
                        !OperationKinds.Passive.Contains(operation.Kind)
                        && (operation.State == OperationState.Running || operation.FinishedAt >= readAt)
                    )
                ),
            cancellationToken
        );
        if (hasMovedOn)
        {
            return false;
        }

        queue.Add(
            context,
            Actor.Panel,
            new OperationRequest(
                OperationKinds.HealSite,
                site.Id,
                site.Slug,
                OperationPriority.Repair,
                Arguments: new HealArguments([.. findings.Select(finding => finding.Message)])
            )
        );
        if (countsAsAttempt)
        {
            var trouble = await TroubleOfAsync(context, site.Id, time.GetStoredNow(), cancellationToken);
            trouble.CountAttempt(time.GetStoredNow());
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Writes down why a repair failed; the wait for the next begins now.</summary>
    public async Task FailedAsync(Guid siteId, string code, string message, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetStoredNow();
        var trouble = await TroubleOfAsync(context, siteId, now, cancellationToken);
        (trouble.Code, trouble.Message) = (code, message);
        trouble.Attempts = Math.Max(trouble.Attempts, 1);
        trouble.NotBefore = now + BackOff.After(trouble.Attempts);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A repair came through and everything is as it should be: the next one need not wait.</summary>
    public async Task SucceededAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .SiteTroubles.Where(trouble => trouble.SiteId == siteId && trouble.Code != SiteTrouble.CrashLoop)
            .ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task<SiteTrouble> TroubleOfAsync(
        PanelDbContext context,
        Guid siteId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var trouble = await context.SiteTroubles.SingleOrDefaultAsync(trouble => trouble.SiteId == siteId, cancellationToken);
        if (trouble is null)
        {
            context.SiteTroubles.Add(trouble = new SiteTrouble { SiteId = siteId, Since = now });
        }

        return trouble;
    }
}
