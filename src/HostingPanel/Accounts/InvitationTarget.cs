using System.Linq.Expressions;
using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>What somebody is invited to: the staff, an organisation, or a site of one.</summary>
/// <param name="OrganisationId">Null for the staff.</param>
/// <param name="SiteId">Set for a site.</param>
/// <param name="ToWhat">In words.</param>
internal sealed record InvitationTarget(Guid? OrganisationId, Guid? SiteId, string ToWhat)
{
    /// <summary>The longest access to a site that can be given at once: as long as <see cref="SiteAccessService"/> gives it.</summary>
    public static readonly int MaxSiteAccessDays = (int)SiteAccessService.Longest.TotalDays;

    /// <summary>Finds it, where the actor may invite to it.</summary>
    public static async Task<Outcome<InvitationTarget>> FindAsync(
        PanelDbContext context,
        Actor actor,
        Invite command,
        CancellationToken cancellationToken
    )
    {
        var permission = command.Site is null && command.Organisation is null ? Permission.ManagePeople : Permission.ManageMembers;
        if (AccessPolicy.CheckSeen(actor, permission) is { } forbidden)
        {
            return forbidden;
        }

        if (command.Site is { } slug)
        {
            var site = await context.Sites.AsNoTracking().SingleOrDefaultAsync(known => known.Slug == slug, cancellationToken);
            if (site is null)
            {
                return Problem.NotFound("site", slug);
            }

            return AccessPolicy.Check(actor, Permission.ManageMembers, AccessScope.Of(site)) is { } refused
                ? refused
                : new InvitationTarget(site.OrganisationId, site.Id, $"the site “{site.Title}” for {command.SiteAccessDays} days");
        }

        if (command.Organisation is { } name)
        {
            var organisation = await context
                .Organisations.AsNoTracking()
                .SingleOrDefaultAsync(known => known.Slug == name, cancellationToken);
            if (organisation is null)
            {
                return Problem.NotFound("organisation", name);
            }

            return AccessPolicy.Check(actor, Permission.ManageMembers, AccessScope.Of(organisation)) is { } refused
                ? refused
                : new InvitationTarget(organisation.Id, null, $"“{organisation.Name}” as {Word(command.OrganisationRole?.ToString())}");
        }

        return AccessPolicy.Check(actor, Permission.ManagePeople) is { } problem
            ? problem
            : new InvitationTarget(null, null, $"the staff as {Word(command.StaffRole?.ToString())}");
    }

    /// <summary>What is wrong with an invitation, or null.</summary>
    public static Problem? FaultsOf(Invite command)
    {
        var errors = new FieldErrors();
        errors.Add("email", SiteRules.EmailFault(command.Email));
        var isSite = command.Site is not null;
        var isOrganisation = !isSite && command.Organisation is not null;
        errors.Add(
            "siteAccessDays",
            isSite && (command.SiteAccessDays is not { } days || days < 1 || days > MaxSiteAccessDays)
                    ? $"Access to a site is given for 1 to {MaxSiteAccessDays} days."
                : !isSite && command.SiteAccessDays is not null ? "Days are for access to a site."
                : null
        );
        errors.Add(
            "organisationRole",
            isOrganisation && (command.OrganisationRole is not { } role || !Enum.IsDefined(role))
                    ? "There is no such role. There are: owner, manager, viewer."
                : !isOrganisation && command.OrganisationRole is not null ? "This role is one of an organisation."
                : null
        );
        errors.Add(
            "staffRole",
            !isSite && !isOrganisation && (command.StaffRole is not { } staff || !Enum.IsDefined(staff))
                    ? "There is no such role. There are: administrator, operator, auditor."
                : (isSite || isOrganisation) && command.StaffRole is not null ? "This role is one of the staff."
                : null
        );
        return errors.ToProblem();
    }

    /// <summary>Whether this address belongs there already.</summary>
    public async Task<bool> BelongsAsync(
        PanelDbContext context,
        string normalizedEmail,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var accounts = context.Accounts.Where(account => account.NormalizedEmail == normalizedEmail);
        return this switch
        {
            { SiteId: { } site } => await accounts.AnyAsync(
                account =>
                    context.SiteAccesses.Any(access => access.AccountId == account.Id && access.SiteId == site && access.Until > now),
                cancellationToken
            ),
            { OrganisationId: { } organisation } => await accounts.AnyAsync(
                account => context.Memberships.Any(member => member.AccountId == account.Id && member.OrganisationId == organisation),
                cancellationToken
            ),
            _ => await accounts.AnyAsync(account => account.Role != null, cancellationToken),
        };
    }

    /// <summary>Invitations of the same address to the same.</summary>
    public Expression<Func<Invitation, bool>> Same(string normalizedEmail) =>
        invitation =>
            invitation.NormalizedEmail == normalizedEmail && invitation.OrganisationId == OrganisationId && invitation.SiteId == SiteId;

    /// <summary>A role as a word in a sentence.</summary>
    public static string Word(string? role) => (role ?? "nothing").ToLowerInvariant();
}
