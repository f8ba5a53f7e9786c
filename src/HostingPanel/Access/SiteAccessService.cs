using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Access;

/// <summary>Who may work on one of an organisation's sites for a time.</summary>
public sealed class SiteAccessService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>So long at most at a time: what has no end is forgotten.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>Who may work on single sites of an organisation, by the end; those whose time is over are left out.</summary>
    public async Task<Outcome<IReadOnlyList<SiteAccessView>>> ListAsync(
        Actor actor,
        string organisation,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (
            !(await MembershipService.FindAsync(context, actor, Permission.ReadMembers, organisation, cancellationToken)).TryGet(
                out var found,
                out var problem
            )
        )
        {
            return problem;
        }

        var now = time.GetUtcNow();
        return await (
            from access in context.SiteAccesses.AsNoTracking()
            join site in context.Sites on access.SiteId equals site.Id
            join account in context.Accounts on access.AccountId equals account.Id
            where site.OrganisationId == found.Id && access.Until > now
            orderby access.Until
            select new SiteAccessView(
                account.Id,
                account.Email,
                account.Name,
                site.Slug,
                access.Role,
                access.Until,
                access.GivenAt,
                access.GivenByName
            )
        ).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Lets somebody who belongs to the organisation, or works on one of its sites already, work on a site until then. Others are invited.
    /// Their sessions end, unless it is only prolonged. Refused: <c>account-not-found</c>, <c>invalid-request</c>.
    /// </summary>
    public async Task<Outcome<Done>> GiveAsync(
        Actor actor,
        string site,
        Guid accountId,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await SiteAsync(context, actor, site, cancellationToken)).TryGet(out var found, out var problem))
        {
            return problem;
        }

        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        if (until is not { } end)
        {
            return Problem.Invalid("until", "Say until when: access to a single site always ends.");
        }

        if (Fault(end, time.GetUtcNow()) is { } fault)
        {
            return Problem.Invalid("until", fault);
        }

        var isKnown =
            await context.Memberships.AnyAsync(
                row => row.AccountId == accountId && row.OrganisationId == found.OrganisationId,
                cancellationToken
            )
            || await context.SiteAccesses.AnyAsync(
                row =>
                    row.AccountId == accountId
                    && context.Sites.Any(other => other.Id == row.SiteId && other.OrganisationId == found.OrganisationId),
                cancellationToken
            );
        var email = isKnown
            ? await context.Accounts.Where(row => row.Id == accountId).Select(row => row.Email).SingleAsync(cancellationToken)
            : null;
        if (email is null)
        {
            return Problem.NotFound("account", accountId.ToString());
        }

        if (await Memberships.GrantSiteAsync(context, actor, accountId, email, found, end, time, cancellationToken))
        {
            await Memberships.EndSessionsAsync(context, actor, accountId, time, cancellationToken);
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Ends somebody's access to a site at once. Refused: <c>site-access-not-found</c>.</summary>
    public async Task<Outcome<Done>> TakeAsync(Actor actor, string site, Guid accountId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await SiteAsync(context, actor, site, cancellationToken)).TryGet(out var found, out var problem))
        {
            return problem;
        }

        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        var access = await context.SiteAccesses.FindAsync([accountId, found.Id], cancellationToken);
        if (access is null)
        {
            return Problem.NotFound("site-access", accountId.ToString());
        }

        var email = await context.Accounts.Where(row => row.Id == accountId).Select(row => row.Email).SingleAsync(cancellationToken);
        context.SiteAccesses.Remove(access);
        await Memberships.EndSessionsAsync(context, actor, accountId, time, cancellationToken);
        AuditTrail.Add(
            context,
            actor,
            AuditActs.SiteAccessTake,
            new AuditTarget("member", accountId, email) { SiteId = found.Id, OrganisationId = found.OrganisationId }
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>What is wrong with the end of an access to a site; null when nothing is.</summary>
    internal static string? Fault(DateTimeOffset until, DateTimeOffset now) =>
        until <= now ? "This is past."
        : until > now + Longest ? $"At most {Longest.TotalDays:0} days from now; it can be prolonged then."
        : null;

    /// <summary>The site, when the actor decides about the people of its organisation; one that they may not see is none.</summary>
    private static async Task<Outcome<Site>> SiteAsync(
        PanelDbContext context,
        Actor actor,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (!(await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        return AccessPolicy.CheckOfSeen(actor, Permission.ManageMembers, AccessScope.Of(site)) is { } refused ? refused : site;
    }
}
