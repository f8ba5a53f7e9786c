using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Domains;

/// <summary>Who wants a site's names to change.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Slug">Of which site.</param>
/// <param name="Permission">What they must be permitted there.</param>
/// <param name="IdempotencyKey">Same key and same request: not done again.</param>
/// <param name="Hash">What makes it the same request.</param>
internal sealed record DomainChange(Actor Actor, string Slug, Permission Permission, string? IdempotencyKey, byte[] Hash);

/// <summary>What a change works with.</summary>
/// <param name="Context">In a transaction that is committed when the change is not refused.</param>
/// <param name="Site">The site, locked; only read.</param>
/// <param name="Domains">Its names, tracked.</param>
internal sealed record DomainScope(PanelDbContext Context, Site Site, List<Domain> Domains)
{
    /// <summary>The name as somebody has written it.</summary>
    public Outcome<Domain> Find(string host) =>
        HostName.NormaliseWithWildcard(host, "host").TryGet(out var normal, out _)
        && Domains.Find(domain => domain.Host == normal) is { } found
            ? found
            : Problem.NotFound("domain", host);
}

/// <summary>What a change came to.</summary>
/// <param name="DomainId">The name that it is about.</param>
/// <param name="Arguments">What the operation is told; null where none is needed.</param>
internal sealed record DomainWish(Guid DomainId, ChangeDomainsArguments? Arguments);

/// <summary>What every change of a site's names has in common: one transaction, a lock on the site, and an operation where the site itself changes.</summary>
internal sealed class DomainChanges(
    IDbContextFactory<PanelDbContext> contexts,
    DomainReading reading,
    OperationQueue queue,
    TimeProvider time
)
{
    public async Task<Outcome<DomainsChanged>> MakeAsync(
        DomainChange change,
        Func<DomainScope, Task<Outcome<DomainWish>>> decide,
        CancellationToken cancellationToken
    )
    {
        Guid? operation;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            var (actor, key) = (change.Actor, change.IdempotencyKey);
            var found = await Idempotency.FindAsync(context, actor, key, change.Hash, cancellationToken);
            if (
                !found.TryGet(out operation, out var problem)
                || !(await context.FindSiteAsync(actor, change.Permission, change.Slug, cancellationToken)).TryGet(
                    out var known,
                    out problem
                )
            )
            {
                return problem;
            }

            if (operation is null)
            {
                // The same lock as a lifecycle request takes.
                var site = await context
                    .Sites.FromSql($"SELECT * FROM sites WHERE id = {known.Id} FOR UPDATE")
                    .AsNoTracking()
                    .SingleOrDefaultAsync(cancellationToken);
                if (site is null)
                {
                    return Problem.NotFound("site", change.Slug);
                }

                if (site.State == SiteState.New)
                {
                    return new Problem(ProblemKind.Conflict, "site-is-new", $"{site.Slug} has not been provisioned yet.");
                }

                var domains = await context
                    .Domains.Where(domain => domain.SiteId == site.Id)
                    .OrderByDescending(domain => domain.IsPrimary)
                    .ThenBy(domain => domain.Host)
                    .ToListAsync(cancellationToken);
                if (!(await decide(new DomainScope(context, site, domains))).TryGet(out var wish, out problem))
                {
                    return problem;
                }

                if (wish.Arguments is not null && await IsBusyAsync(context, site.Id, cancellationToken))
                {
                    return await OperationQueue.SiteBusyAsync(context, site.Id, site.Slug, cancellationToken);
                }

                operation = wish.Arguments is { } arguments
                    ? queue
                        .Add(context, actor, new OperationRequest(OperationKinds.ChangeDomains, site.Id, site.Slug, Arguments: arguments))
                        .Id
                    : wish.DomainId;
                Idempotency.Remember(context, actor, key, change.Hash, operation.Value, time);
                if (await TrySaveAsync(context, site.Id, cancellationToken) is { } taken)
                {
                    return taken;
                }

                await transaction.CommitAsync(cancellationToken);
            }
        }

        return await reading.ChangedAsync(change.Actor, change.Slug, operation.Value, cancellationToken);
    }

    /// <summary>Tells the pages of a site that its names are others; they have no trigger of their own.</summary>
    public static Task TellAsync(PanelDbContext context, Guid siteId, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_notify('hp_changes', {$"site:{siteId}"})", cancellationToken);

    private static async Task<Problem?> TrySaveAsync(PanelDbContext context, Guid siteId, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await TellAsync(context, siteId, cancellationToken);
            return null;
        }
        catch (DbUpdateException failure)
            when (UniqueViolation.Of(failure) is { } index && index.Contains("host", StringComparison.Ordinal))
        {
            // Somebody was faster between the check and the write.
            return SiteCreationChecks.DomainTaken(null);
        }
    }

    private static Task<bool> IsBusyAsync(PanelDbContext context, Guid siteId, CancellationToken cancellationToken) =>
        context.Operations.AnyAsync(
            operation =>
                operation.SiteId == siteId
                && operation.Priority == OperationPriority.Person
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
            cancellationToken
        );
}
