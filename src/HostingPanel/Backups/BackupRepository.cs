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

    /// <summary>True while something was forgotten there whose room was not made free.</summary>
    public bool PruneDue { get; set; }
    public DateTimeOffset? PrunedAt { get; set; }

    /// <summary>The operation that makes room there: while it runs nobody else may read, for what he reads may be moved.</summary>
    public Guid? PruningBy { get; set; }

    /// <summary>Which part of the data was read last, from 1 to <see cref="ReadParts"/>; 0 at the beginning of a rotation.</summary>
    public int ReadPart { get; set; }

    /// <summary>In how many parts the present rotation reads everything.</summary>
    public int ReadParts { get; set; }

    /// <summary>When a part was last read.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>When a rotation last ended: all data was read once until then.</summary>
    public DateTimeOffset? ReadAllAt { get; set; }

    /// <summary>When a check was last asked for by the schedule.</summary>
    public DateTimeOffset? CheckAskedAt { get; set; }

    /// <summary>Snapshots there that no row tells of; they are reported, never removed.</summary>
    public int UnknownSnapshots { get; set; }

    /// <summary>Since when nothing new is put there, because it is damaged: the next restore point makes another one.</summary>
    public DateTimeOffset? SetAsideAt { get; set; }
    public DateTimeOffset? FaultAt { get; set; }

    /// <summary>What was last wrong with it, a stable word; null when the last check was well.</summary>
    public string? FaultCode { get; set; }
    public string? Fault { get; set; }

    /// <summary>The operation that found it.</summary>
    public Guid? FaultBy { get; set; }

    /// <summary>What <see cref="Key"/> is encrypted for.</summary>
    public static string KeyContextOf(Guid id) => $"repository/{id:N}";
}

internal sealed class BackupRepositoryConfiguration : IEntityTypeConfiguration<BackupRepository>
{
    public void Configure(EntityTypeBuilder<BackupRepository> builder)
    {
        builder.ToTable("BackupRepositories");
        builder.HasIndex(repository => new { repository.SiteId, repository.TargetId }).IsUnique().HasFilter("set_aside_at IS NULL");
        builder.Property(repository => repository.FaultCode).HasMaxLength(60);
        builder.Property(repository => repository.ResticId).HasMaxLength(80);
        builder.HasOne<BackupTarget>().WithMany().HasForeignKey(repository => repository.TargetId).OnDelete(DeleteBehavior.Restrict);
    }
}
