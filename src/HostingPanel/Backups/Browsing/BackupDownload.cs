using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Browsing;

/// <summary>What is in a download.</summary>
public enum DownloadKind
{
    /// <summary>Chosen files of a volume.</summary>
    Files,

    /// <summary>Chosen tables of a database, as SQL.</summary>
    Tables,

    /// <summary>A whole restore point.</summary>
    Whole,

    /// <summary>The key of a repository. It can be taken once, by who asked for it.</summary>
    Key,
}

/// <summary>A file that waits in the <see cref="DownloadArea"/> for who may have it, and does not stay.</summary>
internal sealed class BackupDownload
{
    /// <summary>The id of the operation that made it.</summary>
    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }

    /// <summary>As it was then.</summary>
    public required string SiteSlug { get; init; }

    /// <summary>Null for a key.</summary>
    public Guid? RestorePointId { get; init; }
    public required DownloadKind Kind { get; init; }
    public required string FileName { get; init; }
    public required long Bytes { get; init; }
    public required string Sha256 { get; init; }
    public required Guid RequestedById { get; init; }
    public required string RequestedByName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When somebody first took it.</summary>
    public DateTimeOffset? TakenAt { get; set; }
}

internal sealed class BackupDownloadConfiguration : IEntityTypeConfiguration<BackupDownload>
{
    public void Configure(EntityTypeBuilder<BackupDownload> builder)
    {
        builder.ToTable("BackupDownloads");
        builder.HasIndex(download => download.SiteId);
        builder.Property(download => download.SiteSlug).HasMaxLength(SiteRules.MaxSlugLength);
        builder.Property(download => download.FileName).HasMaxLength(200);
        builder.Property(download => download.Sha256).HasMaxLength(64);
        builder.Property(download => download.RequestedByName).HasMaxLength(120);
    }
}
