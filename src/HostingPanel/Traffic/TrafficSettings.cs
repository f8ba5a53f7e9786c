using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Traffic;

/// <summary>What somebody has set for a site's visitors. A site without a row has what its blueprint says.</summary>
internal sealed class TrafficSettings
{
    public required Guid SiteId { get; init; }

    /// <summary>The members that differ from the blueprint's, see <see cref="TrafficJson"/>.</summary>
    public required string Settings { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }
    public required string ChangedBy { get; set; }

    /// <summary>Since when the gateway does so; null until it does.</summary>
    public DateTimeOffset? AppliedAt { get; set; }

    /// <summary>Why it does not, when it was tried last.</summary>
    public string? Fault { get; set; }
}

internal sealed class TrafficSettingsConfiguration : IEntityTypeConfiguration<TrafficSettings>
{
    public void Configure(EntityTypeBuilder<TrafficSettings> builder)
    {
        builder.ToTable("SiteTraffic");
        builder.HasKey(settings => settings.SiteId);
        builder.HasOne<Site>().WithOne().HasForeignKey<TrafficSettings>(settings => settings.SiteId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(settings => settings.Settings).HasColumnType("jsonb");
        builder.Property(settings => settings.ChangedBy).HasMaxLength(200);
        builder.Property(settings => settings.Fault).HasMaxLength(1000);
    }
}
