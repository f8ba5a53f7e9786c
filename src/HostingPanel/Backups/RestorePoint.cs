using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups;

/// <summary>Why a restore point was taken.</summary>
public enum RestorePointReason
{
    /// <summary>Somebody asked for it.</summary>
    Manual,

    /// <summary>A schedule did.</summary>
    Schedule,

    /// <summary>As the way back from an upgrade.</summary>
    PreUpgrade,

    /// <summary>As the way back from a restore.</summary>
    Safety,
}

/// <summary>Where a restore point is.</summary>
public enum RestorePointState
{
    /// <summary>It is being taken.</summary>
    Taking,

    /// <summary>At least one copy of it was read back from its target.</summary>
    Good,

    /// <summary>There is no copy that is known to be whole.</summary>
    Failed,

    /// <summary>It was decided that it goes; what is left of it is no way back any more.</summary>
    Going,
}

/// <summary>
/// One consistent set of a site. Its rows outlive the site's own: a site that was purged by mistake is what restore points are for.
/// </summary>
internal sealed class RestorePoint
{
    /// <summary>The id of the operation that took it.</summary>
    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }

    /// <summary>As it was then.</summary>
    public required string SiteSlug { get; init; }

    /// <summary>As it was then.</summary>
    public required string SiteTitle { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid OrganisationId { get; init; }
    public required RestorePointReason Reason { get; init; }
    public required string RequestedByName { get; init; }
    public required RestorePointState State { get; set; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The moment that its databases are of; null while they were not dumped.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>Of its dumps.</summary>
    public long DatabaseBytes { get; set; }

    /// <summary>Of its volumes' plain files.</summary>
    public long FileBytes { get; set; }
    public long Files { get; set; }

    /// <summary>The volumes in it, by identity.</summary>
    public List<Guid> VolumeIds { get; set; } = [];

    /// <summary>The databases in it, by name.</summary>
    public List<string> Databases { get; set; } = [];

    /// <summary>What the dumps were found to be, as <see cref="DumpedDatabases"/>; until the manifest has it.</summary>
    public string? Dumped { get; set; }

    /// <summary>The <see cref="Backups.Manifest"/>, byte for byte as it lies beside the data.</summary>
    public string? Manifest { get; set; }

    /// <summary>Of the manifest, by the worker's key.</summary>
    public string? Signature { get; set; }
    public string? FaultCode { get; set; }

    /// <summary>Why there is no good copy, for people.</summary>
    public string? Fault { get; set; }

    /// <summary>When it was last restored and found right; null while it never was.</summary>
    public DateTimeOffset? ProvedAt { get; set; }

    /// <summary>How long that took, from asking to the first answer.</summary>
    public double? ProofSeconds { get; set; }

    /// <summary>The operation that has decided that it, or copies of it, go.</summary>
    public Guid? GoingBy { get; set; }

    /// <summary>How the front page looked when it was taken, as <see cref="SiteLook"/>; until the manifest has it.</summary>
    public string? Look { get; set; }

    /// <summary>Since when it is suspicious; null when nothing speaks against it.</summary>
    public DateTimeOffset? SuspectedAt { get; set; }

    /// <summary>Why, one of <see cref="Drills.Suspicions"/>.</summary>
    public string? SuspicionCode { get; set; }

    /// <summary>The same for people.</summary>
    public string? Suspicion { get; set; }
    public List<RestorePointCopy> Copies { get; } = [];
}

/// <summary>A restore point at one target.</summary>
internal sealed class RestorePointCopy
{
    public required Guid RestorePointId { get; init; }
    public required Guid RepositoryId { get; init; }

    /// <summary>Written before restic is started: from then on there may be a snapshot that nobody has written down.</summary>
    public DateTimeOffset? BegunAt { get; set; }

    /// <summary>What restic calls it.</summary>
    public string? SnapshotId { get; set; }

    /// <summary>What it added to the repository, as it lies there.</summary>
    public long? AddedBytes { get; set; }
    public double? Seconds { get; set; }

    /// <summary>When it was read back from the target and found whole; null while it was not.</summary>
    public DateTimeOffset? ReadBackAt { get; set; }

    /// <summary>What was found there then, as <see cref="FoundSource"/>s.</summary>
    public string? Found { get; set; }
    public string? FaultCode { get; set; }

    /// <summary>Why it is not whole, for people.</summary>
    public string? Fault { get; set; }

    /// <summary>Since when it is to be removed there; its row goes when the target has confirmed that it has gone.</summary>
    public DateTimeOffset? GoingAt { get; set; }

    /// <summary>When this copy was last restored and found right; null when it never was, or was not when it was last tried.</summary>
    public DateTimeOffset? ProvedAt { get; set; }

    /// <summary>How long that took, from asking to the first answer.</summary>
    public double? ProofSeconds { get; set; }

    /// <summary>When a drill of this copy failed; null when none did since it was last proved.</summary>
    public DateTimeOffset? RefutedAt { get; set; }
}

internal sealed class RestorePointConfiguration : IEntityTypeConfiguration<RestorePoint>, IEntityTypeConfiguration<RestorePointCopy>
{
    public void Configure(EntityTypeBuilder<RestorePoint> builder)
    {
        builder.HasIndex(point => new { point.SiteId, point.Id });
        builder.HasIndex(point => point.SiteSlug);
        builder.Property(point => point.SiteSlug).HasMaxLength(SiteRules.MaxSlugLength);
        builder.Property(point => point.SiteTitle).HasMaxLength(SiteRules.MaxTitleLength);
        builder.Property(point => point.RequestedByName).HasMaxLength(120);
        builder.Property(point => point.Signature).HasMaxLength(200);
        builder.Property(point => point.FaultCode).HasMaxLength(60);
        builder.Property(point => point.SuspicionCode).HasMaxLength(60);
        builder.HasMany(point => point.Copies).WithOne().HasForeignKey(copy => copy.RestorePointId);
    }

    public void Configure(EntityTypeBuilder<RestorePointCopy> builder)
    {
        builder.ToTable("RestorePointCopies");
        builder.HasKey(copy => new { copy.RestorePointId, copy.RepositoryId });
        builder.Property(copy => copy.SnapshotId).HasMaxLength(80);
        builder.Property(copy => copy.FaultCode).HasMaxLength(60);
        builder.HasOne<BackupRepository>().WithMany().HasForeignKey(copy => copy.RepositoryId).OnDelete(DeleteBehavior.Restrict);
    }
}
