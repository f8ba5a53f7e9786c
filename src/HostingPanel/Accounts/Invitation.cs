using HostingPanel.Access;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Accounts;

/// <summary>That somebody may become one of the staff, a member of an organisation, or have access to a site. Works once.</summary>
internal sealed class Invitation
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public required Guid Id { get; init; }
    public required string Email { get; init; }
    public required string NormalizedEmail { get; init; }

    /// <summary>Of the link in the mail. Another after each sending.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>Set for one of the staff.</summary>
    public required StaffRole? StaffRole { get; init; }

    /// <summary>Set for an organisation, with <see cref="OrganisationRole"/>; and for the organisation whose site it is about.</summary>
    public required Guid? OrganisationId { get; init; }
    public required OrganisationRole? OrganisationRole { get; init; }

    /// <summary>Set for access to a site, with <see cref="SiteAccessDays"/>.</summary>
    public required Guid? SiteId { get; init; }

    /// <summary>How long access to the site lasts, from when it is taken on.</summary>
    public required int? SiteAccessDays { get; init; }
    public required Guid InvitedById { get; init; }
    public required string InvitedByName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? AcceptedAt { get; set; }
    public DateTimeOffset? WithdrawnAt { get; set; }
}

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("Invitations");
        builder.Property(invitation => invitation.Email).HasMaxLength(254);
        builder.Property(invitation => invitation.NormalizedEmail).HasMaxLength(254);
        builder.Property(invitation => invitation.InvitedByName).HasMaxLength(120);
        builder.HasIndex(invitation => invitation.TokenHash).IsUnique();
        builder.HasIndex(invitation => invitation.NormalizedEmail);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(invitation => invitation.OrganisationId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Site>().WithMany().HasForeignKey(invitation => invitation.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Whom to invite, to what. Exactly one of the three is meant: staff, an organisation, or a site for some days.</summary>
/// <param name="Email">Their address.</param>
/// <param name="StaffRole">As one of the staff.</param>
/// <param name="Organisation">The slug of an organisation.</param>
/// <param name="OrganisationRole">As what there.</param>
/// <param name="Site">The slug of a site.</param>
/// <param name="SiteAccessDays">For how many days, from when they take it on.</param>
public sealed record Invite(
    string? Email,
    StaffRole? StaffRole = null,
    string? Organisation = null,
    OrganisationRole? OrganisationRole = null,
    string? Site = null,
    int? SiteAccessDays = null
);

/// <summary>An invitation as it is shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Email">Whom it went to.</param>
/// <param name="ToWhat">To what, in words.</param>
/// <param name="InvitedBy">Who invites.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when it can be taken on.</param>
public sealed record InvitationView(
    Guid Id,
    string Email,
    string ToWhat,
    string InvitedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt
);

/// <summary>An invitation as who opens its link sees it.</summary>
/// <param name="Email">Whom it went to.</param>
/// <param name="ToWhat">To what, in words.</param>
/// <param name="InvitedBy">Who invites.</param>
/// <param name="HasAccount">True when there is an account of this address: they sign in and take it on.</param>
public sealed record OpenInvitation(string Email, string ToWhat, string InvitedBy, bool HasAccount);
