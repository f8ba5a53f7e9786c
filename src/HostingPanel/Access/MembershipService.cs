using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Access;

/// <summary>Who belongs to an organisation. Access to single sites is <see cref="SiteAccessService"/>'s.</summary>
public sealed class MembershipService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
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

    /// <summary>Gives a member another role; their sessions end (decision 6). Refused: <c>member-not-found</c>, <c>last-owner</c>.</summary>
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

        if (member.Membership.Role != wanted)
        {
            member.Membership.Role = wanted;
            await Memberships.EndSessionsAsync(context, actor, accountId, time, cancellationToken);
        }

        AuditTrail.Add(context, actor, AuditActs.MemberChange, TargetOf(member, found), $"Is {wanted} from now on");
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>
    /// Removes somebody from an organisation; everybody may leave. Their sessions end, access to single sites that they were given stays.
    /// Refused: <c>member-not-found</c>, <c>last-owner</c>.
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
        await Memberships.EndSessionsAsync(context, actor, accountId, time, cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.MemberRemove, TargetOf(member, found));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

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

    /// <summary>The organisation, where the actor may do that.</summary>
    internal static async Task<Outcome<Organisation>> FindAsync(
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
}
