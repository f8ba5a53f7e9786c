using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Volumes;

/// <summary>
/// What every request to do something with a volume has in common: one transaction, the key that makes a repeated request the same one, and
/// a lock on the site, so that nothing else is asked of it between the checks and the write.
/// </summary>
internal sealed class VolumeRequests(IDbContextFactory<PanelDbContext> contexts, OperationQueue queue, TimeProvider time)
{
    /// <summary>What a request works with.</summary>
    /// <param name="Context">In a transaction that is committed when the request is not refused.</param>
    /// <param name="Site">The site, locked; only read.</param>
    /// <param name="Volumes">Its volumes, tracked.</param>
    public sealed record Scope(PanelDbContext Context, Site Site, IReadOnlyList<Volume> Volumes)
    {
        /// <summary>A volume of the site; it may have gone while the site was waited for.</summary>
        public Outcome<Volume> Find(Guid id) =>
            Volumes.SingleOrDefault(volume => volume.Id == id) is { } volume ? volume : Problem.NotFound("volume", id.ToString());
    }

    /// <summary>Queues an operation on a site once everything is checked.</summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="siteId">The site, or the problem that there is none.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="hash">What makes it the same request.</param>
    /// <param name="prepare">Checks, and says what to queue.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<Operation>> QueueAsync(
        Actor actor,
        Func<PanelDbContext, Task<Outcome<Guid>>> siteId,
        string? idempotencyKey,
        byte[] hash,
        Func<Scope, Task<Outcome<OperationRequest>>> prepare,
        CancellationToken cancellationToken
    ) =>
        RunAsync<Operation>(
            async context =>
            {
                var known = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
                if (known.Problem is { } reused)
                {
                    return reused;
                }

                if (known.Value is { } same)
                {
                    return same;
                }

                if (
                    !(await ScopeAsync(context, siteId, cancellationToken)).TryGet(out var scope, out var problem)
                    || !(await prepare(scope)).TryGet(out var request, out problem)
                )
                {
                    return problem;
                }

                var operation = queue.Add(context, actor, request);
                queue.Remember(context, actor, idempotencyKey, hash, operation);
                return operation;
            },
            cancellationToken
        );

    /// <summary>Changes rows of a site's volumes at once.</summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="siteId">The site, or the problem that there is none.</param>
    /// <param name="idempotencyKey">Same key and same request: not done, and not refused, again.</param>
    /// <param name="hash">What makes it the same request.</param>
    /// <param name="result">What the request is about.</param>
    /// <param name="change">Checks and changes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<Done>> ChangeAsync(
        Actor actor,
        Func<PanelDbContext, Task<Outcome<Guid>>> siteId,
        string? idempotencyKey,
        byte[] hash,
        Guid result,
        Func<Scope, Problem?> change,
        CancellationToken cancellationToken
    ) =>
        RunAsync<Done>(
            async context =>
            {
                var found = await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
                if (!found.TryGet(out var known, out var problem))
                {
                    return problem;
                }

                if (known is not null)
                {
                    return default(Done);
                }

                if (!(await ScopeAsync(context, siteId, cancellationToken)).TryGet(out var scope, out problem))
                {
                    return problem;
                }

                if (change(scope) is { } refused)
                {
                    return refused;
                }

                Idempotency.Remember(context, actor, idempotencyKey, hash, result, time);
                return default(Done);
            },
            cancellationToken
        );

    /// <summary>The site of a volume, when the actor may do this with it.</summary>
    public static async Task<Outcome<Guid>> SiteOfAsync(
        PanelDbContext context,
        Actor actor,
        Permission permission,
        Guid volume,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckSeen(actor, permission) is { } forbidden)
        {
            return forbidden;
        }

        var site = await (
            from row in context.Volumes
            join owner in context.Sites.WithDrills() on row.SiteId equals owner.Id
            where row.Id == volume
            select new { owner.Id, owner.OrganisationId }
        ).SingleOrDefaultAsync(cancellationToken);
        return site is null ? Problem.NotFound("volume", volume.ToString())
            : AccessPolicy.Check(actor, permission, new AccessScope(site.OrganisationId, site.Id, "volume", volume.ToString()))
                is { } refused
                ? refused
            : site.Id;
    }

    /// <summary>The site of this slug, when the actor may do this there.</summary>
    public static async Task<Outcome<Guid>> SiteOfAsync(
        PanelDbContext context,
        Actor actor,
        Permission permission,
        string slug,
        CancellationToken cancellationToken
    ) =>
        (await context.FindSiteAsync(actor, permission, slug, cancellationToken)).TryGet(out var site, out var problem) ? site.Id : problem;

    private async Task<Outcome<T>> RunAsync<T>(Func<PanelDbContext, Task<Outcome<T>>> run, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var outcome = await run(context);
        if (outcome.Problem is null)
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return outcome;
    }

    private static async Task<Outcome<Scope>> ScopeAsync(
        PanelDbContext context,
        Func<PanelDbContext, Task<Outcome<Guid>>> siteId,
        CancellationToken cancellationToken
    )
    {
        if (!(await siteId(context)).TryGet(out var id, out var problem))
        {
            return problem;
        }

        // The same lock as a lifecycle request takes.
        var site = await context
            .Sites.FromSql($"SELECT * FROM sites WHERE id = {id} FOR UPDATE")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (site is null)
        {
            return Problem.NotFound("site", id.ToString());
        }

        var busy = await context.Operations.AnyAsync(
            operation =>
                operation.SiteId == id
                && operation.Priority == OperationPriority.Person
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
            cancellationToken
        );
        return busy
            ? await OperationQueue.SiteBusyAsync(context, id, site.Slug, cancellationToken)
            : new Scope(context, site, await context.Volumes.Where(volume => volume.SiteId == id).ToListAsync(cancellationToken));
    }
}
