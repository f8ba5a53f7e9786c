using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// The panel's own database at one moment: everything that the panel knows, the repositories' keys and the sites' secrets (encrypted with the
/// master key) and the keys of its cookies included. Good, as a restore point is, once a copy was read back.
/// </summary>
internal sealed class PanelBackup
{
    /// <summary>The id of the operation that took it.</summary>
    public required Guid Id { get; init; }
    public required RestorePointState State { get; set; }
    public required string RequestedByName { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The moment that the dump is of; null while there is none.</summary>
    public DateTimeOffset? TakenAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Of the dump.</summary>
    public long Bytes { get; set; }
    public int Tables { get; set; }

    /// <summary>Of all tables.</summary>
    public long Rows { get; set; }

    /// <summary>The <see cref="PanelManifest"/>, byte for byte as it lies beside the dump.</summary>
    public string? Manifest { get; set; }
    public string? FaultCode { get; set; }

    /// <summary>Why there is no good copy, for people.</summary>
    public string? Fault { get; set; }
    public List<PanelBackupCopy> Copies { get; } = [];
}

/// <summary>A backup of the panel at one target.</summary>
internal sealed class PanelBackupCopy
{
    public required Guid PanelBackupId { get; init; }
    public required Guid RepositoryId { get; init; }

    /// <summary>Written before restic is started: from then on there may be a snapshot that nobody has written down.</summary>
    public DateTimeOffset? BegunAt { get; set; }

    /// <summary>What restic calls it.</summary>
    public string? SnapshotId { get; set; }

    /// <summary>What it added to the repository, as it lies there.</summary>
    public long? AddedBytes { get; set; }

    /// <summary>When it was read back from the target and found whole; null while it was not.</summary>
    public DateTimeOffset? ReadBackAt { get; set; }

    /// <summary>Since when it lies there no more, because newer ones do.</summary>
    public DateTimeOffset? ForgottenAt { get; set; }
    public string? FaultCode { get; set; }

    /// <summary>Why it is not whole, for people.</summary>
    public string? Fault { get; set; }
}

internal sealed class PanelBackupConfiguration : IEntityTypeConfiguration<PanelBackup>, IEntityTypeConfiguration<PanelBackupCopy>
{
    public void Configure(EntityTypeBuilder<PanelBackup> builder)
    {
        builder.ToTable("PanelBackups");
        builder.Property(backup => backup.RequestedByName).HasMaxLength(120);
        builder.Property(backup => backup.FaultCode).HasMaxLength(60);
        builder.HasMany(backup => backup.Copies).WithOne().HasForeignKey(copy => copy.PanelBackupId);
    }

    public void Configure(EntityTypeBuilder<PanelBackupCopy> builder)
    {
        builder.ToTable("PanelBackupCopies");
        builder.HasKey(copy => new { copy.PanelBackupId, copy.RepositoryId });
        builder.Property(copy => copy.SnapshotId).HasMaxLength(80);
        builder.Property(copy => copy.FaultCode).HasMaxLength(60);
        builder.HasOne<BackupRepository>().WithMany().HasForeignKey(copy => copy.RepositoryId).OnDelete(DeleteBehavior.Restrict);
    }
}
