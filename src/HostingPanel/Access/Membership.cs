using HostingPanel.Accounts;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Access;

/// <summary>That a person belongs to an organisation, as what.</summary>
internal sealed class Membership
{
    public required Guid AccountId { get; init; }
    public required Guid OrganisationId { get; init; }
    public required OrganisationRole Role { get; set; }
    public required DateTimeOffset Since { get; init; }
}

/// <summary>That a person may work on one site for a time.</summary>
internal sealed class SiteAccess
{
    public required Guid AccountId { get; init; }
    public required Guid SiteId { get; init; }
    public required SiteRole Role { get; set; }

    /// <summary>When it ends; from then on it counts no more, whether the row is still there or not.</summary>
    public required DateTimeOffset Until { get; set; }
    public required DateTimeOffset GivenAt { get; set; }
    public required Guid? GivenById { get; set; }
    public required string GivenByName { get; set; }
}

internal sealed class MembershipConfiguration : IEntityTypeConfiguration<Membership>, IEntityTypeConfiguration<SiteAccess>
{
    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.ToTable("Memberships");
        builder.HasKey(membership => new { membership.AccountId, membership.OrganisationId });
        builder.HasIndex(membership => membership.OrganisationId);
        builder.HasOne<Account>().WithMany().HasForeignKey(membership => membership.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(membership => membership.OrganisationId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SiteAccess> builder)
    {
        builder.ToTable("SiteAccesses");
        builder.HasKey(access => new { access.AccountId, access.SiteId });
        builder.HasIndex(access => access.SiteId);
        builder.Property(access => access.GivenByName).HasMaxLength(120);
        builder.HasOne<Account>().WithMany().HasForeignKey(access => access.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Site>().WithMany().HasForeignKey(access => access.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
