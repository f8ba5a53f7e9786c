using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Access;

/// <summary>Changes rows of memberships in the transaction of whoever has decided that it may be.</summary>
internal static class Memberships
{
    /// <summary>
    /// Makes somebody a member, or gives a member another role; the caller saves. A role is only ever raised here: an old invitation takes
    /// nothing away.
    /// </summary>
    /// <param name="context">In the transaction of the act.</param>
    /// <param name="actor">Who acts: the person who accepts an invitation, or whoever takes them in.</param>
    /// <param name="accountId">Who becomes a member.</param>
    /// <param name="email">Their address, for the audit.</param>
    /// <param name="organisationId">Of which organisation.</param>
    /// <param name="role">As what.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task GrantAsync(
        PanelDbContext context,
        Actor actor,
        Guid accountId,
        string email,
        Guid organisationId,
        OrganisationRole role,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var known = await context.Memberships.FindAsync([accountId, organisationId], cancellationToken);
        if (known is null)
        {
            context.Memberships.Add(
                new Membership
                {
                    AccountId = accountId,
                    OrganisationId = organisationId,
                    Role = role,
                    Since = time.GetStoredNow(),
                }
            );
        }
        else if (role < known.Role)
        {
            known.Role = role;
        }

        AuditTrail.Add(
            context,
            actor,
            AuditActs.MemberAdd,
            new AuditTarget("member", accountId, email) { OrganisationId = organisationId },
            $"As {role}"
        );
    }

    /// <summary>Gives somebody access to a site until then, in place of what they had; the caller saves.</summary>
    /// <returns>False when they had it already, and it is prolonged or ends sooner.</returns>
    public static async Task<bool> GrantSiteAsync(
        PanelDbContext context,
        Actor actor,
        Guid accountId,
        string email,
        Sites.Site site,
        DateTimeOffset until,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var access = await context.SiteAccesses.FindAsync([accountId, site.Id], cancellationToken);
        var isNew = access is null || access.Until <= time.GetUtcNow();
        if (access is null)
        {
            access = new SiteAccess
            {
                AccountId = accountId,
                SiteId = site.Id,
                Role = SiteRole.Developer,
                Until = until,
                GivenAt = time.GetStoredNow(),
                GivenById = actor.Id,
                GivenByName = actor.Name,
            };
            context.SiteAccesses.Add(access);
        }

        (access.Until, access.GivenAt, access.GivenById, access.GivenByName) = (
            until.ToStored(),
            time.GetStoredNow(),
            actor.Id,
            actor.Name
        );
        AuditTrail.Add(
            context,
            actor,
            AuditActs.SiteAccessGive,
            new AuditTarget("member", accountId, email) { SiteId = site.Id, OrganisationId = site.OrganisationId },
            $"{SiteRole.Developer} of {site.Slug} until {until:u}"
        );
        return isNew;
    }

    /// <summary>
    /// Ends the sessions of somebody whose powers somebody has changed, in the transaction that does it (decision 6). Who changes their own
    /// stays in the session that they do it in: nobody raises themselves, and it has proved who they are.
    /// </summary>
    public static Task EndSessionsAsync(
        PanelDbContext context,
        Actor actor,
        Guid accountId,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        SessionService.EndAllAsync(
            context,
            accountId,
            but: actor.Kind == ActorKind.Person && actor.Id == accountId ? actor.SessionId : null,
            time.GetStoredNow(),
            cancellationToken
        );

    /// <summary>
    /// Whether an organisation would be left without an owner if this account were none any more. Takes a lock on the organisation's row,
    /// so that two owners can't leave at the same time; the caller is in a transaction.
    /// </summary>
    public static async Task<bool> IsLastOwnerAsync(
        PanelDbContext context,
        Guid accountId,
        Guid organisationId,
        CancellationToken cancellationToken
    )
    {
        await context.Database.ExecuteSqlAsync($"SELECT FROM organisations WHERE id = {organisationId} FOR UPDATE", cancellationToken);
        var owners = await (
            from membership in context.Memberships
            join account in context.Accounts on membership.AccountId equals account.Id
            where membership.OrganisationId == organisationId && membership.Role == OrganisationRole.Owner && account.SuspendedAt == null
            select account.Id
        ).ToListAsync(cancellationToken);
        return owners is [var only] && only == accountId;
    }
}
