using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Tokens;

/// <summary>A script's key to the REST API. Only its hash is stored.</summary>
internal sealed class ApiToken
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }

    /// <summary>The first characters, to tell tokens apart.</summary>
    public required string Prefix { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedByName { get; init; }

    /// <summary>The account behind it, whose powers bound its own at each request; null for one that was made on the server.</summary>
    public Guid? CreatedById { get; init; }

    /// <summary>Whose it is; null for one of the provider.</summary>
    public Guid? OrganisationId { get; init; }

    /// <summary>The one site that it is for; null for all that it reaches.</summary>
    public Guid? SiteId { get; init; }

    /// <summary>What its maker was among the staff when it was made: it never may more.</summary>
    public StaffRole? MadeAsStaff { get; init; }

    /// <summary>What its maker was in its organisation when it was made: it never may more.</summary>
    public OrganisationRole? MadeAsMember { get; init; }

    /// <summary>The names of the permissions that it has; null for all of its maker's.</summary>
    public List<string>? Scopes { get; init; }

    /// <summary>True when it only reads.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The networks that it works from, as <c>203.0.113.0/24</c>; null for everywhere.</summary>
    public List<string>? AllowedNetworks { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class ApiTokenConfiguration : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.HasIndex(token => token.OrganisationId);
        builder.Property(token => token.Name).HasMaxLength(80);
        builder.Property(token => token.Prefix).HasMaxLength(12);
        builder.Property(token => token.CreatedByName).HasMaxLength(120);
        builder.HasOne<Account>().WithMany().HasForeignKey(token => token.CreatedById).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(token => token.OrganisationId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Site>().WithMany().HasForeignKey(token => token.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
