using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Sites.Disposability;

/// <summary>How a disposability drill ended.</summary>
public enum DrillVerdict
{
    /// <summary>The site came back, and nothing that was there before is missing.</summary>
    NothingLost,

    /// <summary>The site came back without something that was there before.</summary>
    Lost,

    /// <summary>The site did not answer again while it was waited for.</summary>
    DidNotRecover,

    /// <summary>It failed or somebody cancelled it before anything could be said.</summary>
    Unfinished,
}

/// <summary>
/// A drill of a site: what was there before its containers were removed, how long it was away, what was missing afterwards. Written step by
/// step, so that a worker that dies in the middle leaves what the next one needs to end it honestly.
/// </summary>
internal sealed class DisposabilityDrill
{
    /// <summary>Its operation's id: the row outlives the operation, which is forgotten after a time.</summary>
    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }
    public required string RequestedByName { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>What the containers kept in their writable layers, as <see cref="KeptPath"/>s; at most <see cref="KeptPath.MaxStored"/>.</summary>
    public required string Kept { get; set; }
    public required int KeptTotal { get; set; }

    /// <summary>The <see cref="SiteFingerprint"/> of before; null until it was taken whole.</summary>
    public string? Before { get; set; }

    /// <summary>The lists of files of before; null once they have been compared.</summary>
    public byte[]? BeforeLists { get; set; }

    /// <summary>Which containers were removed; written down before the first of them was.</summary>
    public List<string> ContainerIds { get; set; } = [];
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>The lease under which they were removed; when another one saw the site answer, nobody watched for a while.</summary>
    public long? RemovalLease { get; set; }
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>True when the worker was away between the removal and the answer: it may have answered earlier than was seen.</summary>
    public bool WasInterrupted { get; set; }
    public string? After { get; set; }

    /// <summary>What differs, as <see cref="Findings"/>.</summary>
    public string? Findings { get; set; }
    public DrillVerdict? Verdict { get; set; }

    /// <summary>Why it did not come to its end.</summary>
    public string? Reason { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

internal sealed class DisposabilityDrillConfiguration : IEntityTypeConfiguration<DisposabilityDrill>
{
    public void Configure(EntityTypeBuilder<DisposabilityDrill> builder)
    {
        builder.ToTable("DisposabilityDrills");
        builder.HasIndex(drill => new { drill.SiteId, drill.Id });
        builder.Property(drill => drill.RequestedByName).HasMaxLength(120);
        builder.Property(drill => drill.Kept).HasColumnType("jsonb");
        builder.Property(drill => drill.Before).HasColumnType("jsonb");
        builder.Property(drill => drill.After).HasColumnType("jsonb");
        builder.Property(drill => drill.Findings).HasColumnType("jsonb");
        // What was found out about a site goes with it.
        builder.HasOne<Site>().WithMany().HasForeignKey(drill => drill.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
