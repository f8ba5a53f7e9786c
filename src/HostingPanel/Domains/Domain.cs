using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Domains;

/// <summary>A host name of a site, in its normal form.</summary>
internal sealed class Domain
{
    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }
    public required string Host { get; init; }

    /// <summary>The name the site calls itself by.</summary>
    public required bool IsPrimary { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class DomainConfiguration : IEntityTypeConfiguration<Domain>
{
    public void Configure(EntityTypeBuilder<Domain> builder)
    {
        // One owner per name, held by the database whatever races above it.
        builder.HasIndex(domain => domain.Host).IsUnique();
        builder.Property(domain => domain.Host).HasMaxLength(253);
    }
}
