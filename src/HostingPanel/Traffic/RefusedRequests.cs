using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Traffic;

/// <summary>What the gateway refused at a site in an hour of the clock, for one reason.</summary>
internal sealed class RefusedHour
{
    public required Guid SiteId { get; init; }
    public required DateTimeOffset Hour { get; init; }
    public required TrafficRefusal Reason { get; init; }
    public long Requests { get; set; }
    public int Addresses { get; set; }
}

/// <summary>What it refused in the hour before it was asked, and from how many addresses; <see cref="TrafficRefusal.Any"/> counts each once.</summary>
internal sealed class RefusedLately
{
    public required Guid SiteId { get; init; }
    public required TrafficRefusal Reason { get; init; }
    public required long Requests { get; set; }
    public required int Addresses { get; set; }
    public required DateTimeOffset CountedAt { get; set; }
}

internal sealed class RefusedRequestsConfiguration : IEntityTypeConfiguration<RefusedHour>, IEntityTypeConfiguration<RefusedLately>
{
    public void Configure(EntityTypeBuilder<RefusedHour> builder)
    {
        builder.HasKey(row => new
        {
            row.SiteId,
            row.Hour,
            row.Reason,
        });
        builder.HasIndex(row => row.Hour);
        builder.HasOne<Site>().WithMany().HasForeignKey(row => row.SiteId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RefusedLately> builder)
    {
        builder.HasKey(row => new { row.SiteId, row.Reason });
        builder.HasOne<Site>().WithMany().HasForeignKey(row => row.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
