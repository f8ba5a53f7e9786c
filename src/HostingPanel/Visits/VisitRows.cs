using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Visits;

/// <summary>What visitors asked of a site in five minutes, or in an hour.</summary>
internal sealed class VisitBucket
{
    public required Guid SiteId { get; init; }

    /// <summary>How many minutes it is about: 5 or 60.</summary>
    public required int Minutes { get; init; }

    /// <summary>Its beginning.</summary>
    public required DateTimeOffset At { get; init; }
    public long Requests { get; set; }

    /// <summary>Answered with 2xx and 1xx.</summary>
    public long Good { get; set; }

    /// <summary>Answered with 3xx.</summary>
    public long Redirected { get; set; }

    /// <summary>Answered with 4xx.</summary>
    public long ClientErrors { get; set; }

    /// <summary>Answered with 5xx.</summary>
    public long ServerErrors { get; set; }

    /// <summary>Those of them that the gateway refused.</summary>
    public long Refused { get; set; }
    public long Bytes { get; set; }

    /// <summary>How long they waited for a place at the site, all together.</summary>
    public long QueueMilliseconds { get; set; }

    /// <summary>See <see cref="ResponseTimes"/>.</summary>
    public long[] Times { get; set; } = new long[ResponseTimes.Steps];
}

/// <summary>What a <see cref="VisitTop"/> is about.</summary>
public enum VisitTopKind
{
    /// <summary>The path that was asked for.</summary>
    Path,

    /// <summary>The address that asked.</summary>
    Address,

    /// <summary>What it says it is.</summary>
    Agent,
}

/// <summary>One of those that were seen most at a site in five minutes.</summary>
internal sealed class VisitTop
{
    public const int MaxTextLength = 200;

    public required Guid SiteId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required VisitTopKind Kind { get; init; }
    public required string Text { get; init; }
    public long Requests { get; set; }
}

internal sealed class VisitRowsConfiguration : IEntityTypeConfiguration<VisitBucket>, IEntityTypeConfiguration<VisitTop>
{
    public void Configure(EntityTypeBuilder<VisitBucket> builder)
    {
        builder.HasKey(row => new
        {
            row.SiteId,
            row.Minutes,
            row.At,
        });
        builder.HasIndex(row => new { row.Minutes, row.At });
        builder.HasOne<Site>().WithMany().HasForeignKey(row => row.SiteId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<VisitTop> builder)
    {
        builder.HasKey(row => new
        {
            row.SiteId,
            row.At,
            row.Kind,
            row.Text,
        });
        builder.Property(row => row.Text).HasMaxLength(VisitTop.MaxTextLength);
        builder.HasIndex(row => row.At);
        builder.HasOne<Site>().WithMany().HasForeignKey(row => row.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
