using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Access;

/// <summary>Who belongs to an organisation, and who may work on one of its sites for a time.</summary>
public sealed class MembershipService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>So long at most at a time: what has no end is forgotten.</summary>
    public static readonly TimeSpan LongestSiteAccess = TimeSpan.FromDays(90);

    /// <summary>The people of an organisation, owners first.</summary>
    public async Task<Outcome<IReadOnlyList<MemberView>>> ListAsync(Actor actor, string organisation, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (
            !(await FindAsync(context, actor, Permission.ReadMembers, organisation, cancellationToken)).TryGet(
                out var found,
                out var problem
            )
        )
        {
            return problem;
        }

        var members = await (
            from membership in context.Memberships.AsNoTracking()
            join account in context.Accounts on membership.AccountId equals account.Id
            where membership.OrganisationId == found.Id
            select new MemberView(account.Id, account.Email, account.Name, membership.Role, membership.Since, account.SuspendedAt != null)
        ).ToListAsync(cancellationToken);
        return members.OrderBy(member => member.Role).ThenBy(member => member.Name, StringComparer.CurrentCultureIgnoreCase).ToList();
    }

    /// <summary>Gives a member another role. Refused: <c>member-not-found</c>, <c>last-owner</c>.</summary>
    public async Task<Outcome<Done>> ChangeRoleAsync(
        Actor actor,
        string organisation,
        Guid accountId,
        OrganisationRole? role,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (
            !(await FindAsync(context, actor, Permission.ManageMembers, organisation, cancellationToken)).TryGet(
                out var found,
                out var problem
            ) || !(await MemberAsync(context, found, accountId, cancellationToken)).TryGet(out var member, out problem)
        )
        {
            return problem;
        }

        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        if (role is not { } wanted || !Enum.IsDefined(wanted))
        {
            return Problem.Invalid("role", "A role is owner, manager or viewer.");
        }

        if (wanted != OrganisationRole.Owner && await IsLastOwnerAsync(context, accountId, found.Id, cancellationToken))
        {
            return LastOwner(found);
        }

        member.Membership.Role = wanted;
        AuditTrail.Add(context, actor, AuditActs.MemberChange, TargetOf(member, found), $"Is {wanted} from now on");
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>
    /// Removes somebody from an organisation; everybody may leave. Access to single sites that they were given stays. Refused:
    /// <c>member-not-found</c>, <c>last-owner</c>.
    /// </summary>
    public async Task<Outcome<Done>> RemoveAsync(Actor actor, string organisation, Guid accountId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var permission = actor.Kind == ActorKind.Person && actor.Id == accountId ? Permission.ReadOrganisations : Permission.ManageMembers;
        if (
            !(await FindAsync(context, actor, permission, organisation, cancellationToken)).TryGet(out var found, out var problem)
            || !(await MemberAsync(context, found, accountId, cancellationToken)).TryGet(out var member, out problem)
        )
        {
            return problem;
        }

        if (await FreshProof.CheckAsync(context, actor, time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        if (await IsLastOwnerAsync(context, accountId, found.Id, cancellationToken))
        {
            return LastOwner(found);
        }

        context.Memberships.Remove(member.Membership);
        AuditTrail.Add(context, actor, AuditActs.MemberRemove, TargetOf(member, found));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Who may work on single sites of an organisation, by the end; those whose time is over are left out.</summary>
    public async Task<Outcome<IReadOnlyList<SiteAccessView>>> ListSiteAccessAsync(
        Actor actor,
        string organisation,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (
            !(await FindAsync(context, actor, Permission.ReadMembers, organisation, cancellationToken)).TryGet(
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
    /// Refused: <c>account-not-found</c>, <c>invalid-request</c>.
    /// </summary>
    public async Task<Outcome<Done>> GiveSiteAccessAsync(
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

        if (SiteAccessFault(end, time.GetUtcNow()) is { } fault)
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

        await Memberships.GrantSiteAsync(context, actor, accountId, email, found, end, time, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Ends somebody's access to a site at once. Refused: <c>site-access-not-found</c>.</summary>
    public async Task<Outcome<Done>> TakeSiteAccessAsync(Actor actor, string site, Guid accountId, CancellationToken cancellationToken)
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
    internal static string? SiteAccessFault(DateTimeOffset until, DateTimeOffset now) =>
        until <= now ? "This is past."
        : until > now + LongestSiteAccess ? $"At most {LongestSiteAccess.TotalDays:0} days from now; it can be prolonged then."
        : null;

    private sealed record Member(Membership Membership, string Email);

    private static AuditTarget TargetOf(Member member, Organisation organisation) =>
        new("member", member.Membership.AccountId, member.Email) { OrganisationId = organisation.Id };

    private static Problem LastOwner(Organisation organisation) =>
        new(
            ProblemKind.Conflict,
            "last-owner",
            $"This is the last owner of {organisation.Name}. Make somebody else an owner first: an organisation is never left without one."
        );

    private static async Task<bool> IsLastOwnerAsync(
        PanelDbContext context,
        Guid accountId,
        Guid organisationId,
        CancellationToken cancellationToken
    ) => await Memberships.IsLastOwnerAsync(context, accountId, organisationId, cancellationToken);

    private static async Task<Outcome<Organisation>> FindAsync(
        PanelDbContext context,
        Actor actor,
        Permission permission,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckSeen(actor, permission) is { } forbidden)
        {
            return forbidden;
        }

        var found = await context.Organisations.AsNoTracking().SingleOrDefaultAsync(row => row.Slug == slug, cancellationToken);
        return found is null ? Problem.NotFound("organisation", slug)
            : AccessPolicy.Check(actor, permission, AccessScope.Of(found)) is { } refused ? refused
            : found;
    }

    private static async Task<Outcome<Member>> MemberAsync(
        PanelDbContext context,
        Organisation organisation,
        Guid accountId,
        CancellationToken cancellationToken
    )
    {
        var found = await (
            from membership in context.Memberships
            join account in context.Accounts on membership.AccountId equals account.Id
            where membership.OrganisationId == organisation.Id && account.Id == accountId
            select new { Membership = membership, account.Email }
        ).SingleOrDefaultAsync(cancellationToken);
        return found is null ? Problem.NotFound("member", accountId.ToString()) : new Member(found.Membership, found.Email);
    }

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
