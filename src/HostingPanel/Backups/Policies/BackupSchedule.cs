using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Policies;

/// <summary>Where the schedule of a site is.</summary>
internal sealed class BackupSchedule
{
    public required Guid SiteId { get; init; }

    /// <summary>When the next restore point is due; in the past while one that was missed waits to be made up.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>What <see cref="DueAt"/> was reckoned by: another policy begins anew.</summary>
    public required string ReckonedBy { get; set; }

    /// <summary>The last operation that it asked for.</summary>
    public Guid? OperationId { get; set; }
    public DateTimeOffset? QueuedAt { get; set; }

    /// <summary>How often it was asked for since it was due.</summary>
    public int Attempts { get; set; }

    /// <summary>Why what is due can't be taken, a stable word; null when nothing is in the way.</summary>
    public string? WaitingCode { get; set; }

    /// <summary>The same for people.</summary>
    public string? Waiting { get; set; }

    /// <summary>The scheduled restore point after which retention was last looked at.</summary>
    public Guid? RetainedAfter { get; set; }
}

internal sealed class BackupScheduleConfiguration : IEntityTypeConfiguration<BackupSchedule>
{
    public void Configure(EntityTypeBuilder<BackupSchedule> builder)
    {
        builder.ToTable("BackupSchedules");
        builder.HasKey(schedule => schedule.SiteId);
        builder.Property(schedule => schedule.ReckonedBy).HasMaxLength(300);
        builder.Property(schedule => schedule.WaitingCode).HasMaxLength(60);
        builder.HasOne<Site>().WithMany().HasForeignKey(schedule => schedule.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>When the schedules were last looked at: one row. A scheduler that is dead is noticed by its age.</summary>
internal sealed class BackupSchedulerLook
{
    public const int TheOne = 1;
    public required int Id { get; init; }
    public required DateTimeOffset LookedAt { get; set; }
}

internal sealed class BackupSchedulerLookConfiguration : IEntityTypeConfiguration<BackupSchedulerLook>
{
    public void Configure(EntityTypeBuilder<BackupSchedulerLook> builder)
    {
        builder.ToTable("BackupSchedulerLooks");
        builder.Property(look => look.Id).ValueGeneratedNever();
    }
}
