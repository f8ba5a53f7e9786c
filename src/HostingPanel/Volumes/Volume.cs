using HostingPanel.Blueprints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Volumes;

/// <summary>Where a volume has settled.</summary>
public enum VolumeState
{
    /// <summary>An operation is making it: a clone that is copied, a found one that is taken in.</summary>
    New,

    /// <summary>It belongs to its site, mounted or not.</summary>
    InUse,

    /// <summary>It is in the trash: kept as it is, until somebody purges it.</summary>
    Trashed,
}

/// <summary>Data that outlives containers. Its names are stored once and never derived again.</summary>
internal sealed class Volume
{
    /// <summary>Docker's own limit is the file system's; nobody's name comes near it.</summary>
    public const int MaxEngineNameLength = 255;
    public const int MaxNameLength = 40;

    /// <summary>Its identity: what the marker file inside must say.</summary>
    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }

    /// <summary>Its name within the site: the blueprint's, or one that somebody gave it. Changed by a restore in place and by nothing else.</summary>
    public required string Name { get; set; }
    public required VolumeKind Kind { get; init; }

    /// <summary>Its name in the engine.</summary>
    public required string EngineName { get; init; }

    /// <summary>The services that mount it with the path in each, as <c>service:/path</c>; empty for one that stands by itself.</summary>
    public required List<string> MountedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public VolumeState State { get; set; } = VolumeState.InUse;
    public DateTimeOffset? TrashedAt { get; set; }

    /// <summary>
    /// When it was begun to delete it for good. Nobody can tell how much of it is left from then on, so it never comes out of the trash again.
    /// </summary>
    public DateTimeOffset? PurgeBegunAt { get; set; }

    /// <summary>
    /// True for one that the panel has found and not made. Its labels can't be changed any more, so its identity is proven by the marker
    /// file in it and by nothing else.
    /// </summary>
    public bool IsAdopted { get; init; }

    /// <summary>What it was copied from; that one may be gone since.</summary>
    public Guid? ClonedFromId { get; init; }

    /// <summary>The engine's id of the node it was last seen on; null while it was not seen.</summary>
    public string? NodeId { get; set; }
    public string? NodeName { get; set; }

    /// <summary>What it takes on the disk, by the last measurement.</summary>
    public long? Bytes { get; set; }

    /// <summary>What programs see in it: sparse files with their holes.</summary>
    public long? ApparentBytes { get; set; }
    public long? Files { get; set; }
    public DateTimeOffset? MeasuredAt { get; set; }

    /// <summary>Why no backup has to take it; null where that is the blueprint's to say.</summary>
    public string? ExclusionReason { get; set; }
    public string? ExcludedBy { get; set; }
    public DateTimeOffset? ExcludedAt { get; set; }

    /// <summary>True for those that no service of the site mounts: only they have a life apart from it.</summary>
    public bool StandsAlone => MountedBy.Count == 0;
}

/// <summary>What was in a volume at a moment.</summary>
internal sealed class VolumeMeasurement
{
    public required Guid VolumeId { get; init; }
    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>On the disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>As programs see it.</summary>
    public required long ApparentBytes { get; init; }
    public required long Files { get; init; }
}

internal sealed class VolumeConfiguration : IEntityTypeConfiguration<Volume>, IEntityTypeConfiguration<VolumeMeasurement>
{
    public const int MaxNodeLength = 80;

    public void Configure(EntityTypeBuilder<Volume> builder)
    {
        builder.HasIndex(volume => volume.EngineName).IsUnique();
        builder.HasIndex(volume => new { volume.SiteId, volume.Name }).IsUnique();
        builder.Property(volume => volume.Name).HasMaxLength(Volume.MaxNameLength);
        builder.Property(volume => volume.EngineName).HasMaxLength(Volume.MaxEngineNameLength);
        builder.Property(volume => volume.NodeId).HasMaxLength(MaxNodeLength);
        builder.Property(volume => volume.NodeName).HasMaxLength(MaxNodeLength);
        builder.Property(volume => volume.ExclusionReason).HasMaxLength(CoverageRules.MaxReasonLength);
        builder.Property(volume => volume.ExcludedBy).HasMaxLength(120);
        builder.Ignore(volume => volume.StandsAlone);
    }

    public void Configure(EntityTypeBuilder<VolumeMeasurement> builder)
    {
        builder.HasKey(measurement => new { measurement.VolumeId, measurement.MeasuredAt });
        builder.HasOne<Volume>().WithMany().HasForeignKey(measurement => measurement.VolumeId);
    }
}
