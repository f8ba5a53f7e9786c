using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups;

/// <summary>
/// Where the restore points of one site lie at one target, with a random key of its own: whoever gets into one repository can read no other.
/// Its row outlives the site's, for what lies there does.
/// </summary>
internal sealed class BackupRepository
{
    public required Guid Id { get; init; }
    public required Guid SiteId { get; init; }
    public required Guid TargetId { get; init; }

    /// <summary>32 random bytes as hexadecimal digits, encrypted with the worker's key; see <see cref="KeyContextOf"/>.</summary>
    public required byte[] Key { get; init; }

    /// <summary>What restic calls it; null while it was not made. Another one at the same place is somebody else's.</summary>
    public string? ResticId { get; set; }
    public DateTimeOffset? InitialisedAt { get; set; }

    /// <summary>When its structure was last checked.</summary>
    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>What <see cref="Key"/> is encrypted for.</summary>
    public static string KeyContextOf(Guid id) => $"repository/{id:N}";
}

internal sealed class BackupRepositoryConfiguration : IEntityTypeConfiguration<BackupRepository>
{
    public void Configure(EntityTypeBuilder<BackupRepository> builder)
    {
        builder.ToTable("BackupRepositories");
        builder.HasIndex(repository => new { repository.SiteId, repository.TargetId }).IsUnique();
        builder.Property(repository => repository.ResticId).HasMaxLength(80);
        builder.HasOne<BackupTarget>().WithMany().HasForeignKey(repository => repository.TargetId).OnDelete(DeleteBehavior.Restrict);
    }
}
