using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Volumes;

/// <summary>Why no backup has to take a database of a site: somebody's decision. Databases have no rows of their own, the blueprint names them.</summary>
internal sealed class DatabaseExclusion
{
    public required Guid SiteId { get; init; }

    /// <summary>The database's name in the blueprint.</summary>
    public required string Database { get; init; }
    public required string Reason { get; set; }
    public required string ExcludedBy { get; set; }
    public required DateTimeOffset ExcludedAt { get; set; }
}

internal sealed class DatabaseExclusionConfiguration : IEntityTypeConfiguration<DatabaseExclusion>
{
    public void Configure(EntityTypeBuilder<DatabaseExclusion> builder)
    {
        builder.HasKey(exclusion => new { exclusion.SiteId, exclusion.Database });
        builder.Property(exclusion => exclusion.Database).HasMaxLength(40);
        builder.Property(exclusion => exclusion.Reason).HasMaxLength(CoverageRules.MaxReasonLength);
        builder.Property(exclusion => exclusion.ExcludedBy).HasMaxLength(120);
        builder.HasOne<Site>().WithMany().HasForeignKey(exclusion => exclusion.SiteId);
    }
}
