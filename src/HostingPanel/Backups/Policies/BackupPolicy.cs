using HostingPanel.Organisations;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Policies;

/// <summary>
/// When restore points are taken, where they are kept, and for how long: of one site, of all sites of a plan, or of all that have neither.
/// </summary>
internal sealed class BackupPolicy
{
    public const int MaxReasonLength = 300;

    public required Guid Id { get; init; }

    /// <summary>The site whose own it is; null for one of many.</summary>
    public Guid? SiteId { get; init; }

    /// <summary>The plan whose it is; null, with no site either, for the provider's default.</summary>
    public string? PlanName { get; init; }
    public bool Enabled { get; set; } = true;

    /// <summary>Why it is off.</summary>
    public string? OffReason { get; set; }

    /// <summary>Five fields of a crontab; null where it is a window.</summary>
    public string? Cron { get; set; }

    /// <summary>From when on a day, in the time zone; the sites are spread over the window. Null where it is a crontab's.</summary>
    public TimeOnly? WindowFrom { get; set; }

    /// <summary>Until when; before <see cref="WindowFrom"/> it is on the next day.</summary>
    public TimeOnly? WindowTo { get; set; }

    /// <summary>IANA's name of it.</summary>
    public required string TimeZone { get; set; }

    /// <summary>Where; none for every target that is in use.</summary>
    public List<Guid> TargetIds { get; set; } = [];
    public required int KeepLast { get; set; }
    public required int KeepDaily { get; set; }
    public required int KeepWeekly { get; set; }
    public required int KeepMonthly { get; set; }
    public required int KeepYearly { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }
    public required string ChangedBy { get; set; }

    /// <summary>How long things are kept.</summary>
    public RetentionRules Retention => new(KeepLast, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly);

    /// <summary>When it is due.</summary>
    public BackupTimes Times => BackupTimes.Of(this);

    /// <summary>What the panel does until somebody says otherwise: each night, kept for 30 days and by month for a year.</summary>
    public static BackupPolicy Delivered =>
        new()
        {
            Id = Guid.Empty,
            WindowFrom = new TimeOnly(22, 0),
            WindowTo = new TimeOnly(5, 0),
            TimeZone = "UTC",
            KeepLast = 3,
            KeepDaily = 30,
            KeepWeekly = 0,
            KeepMonthly = 12,
            KeepYearly = 0,
            ChangedAt = DateTimeOffset.UnixEpoch,
            ChangedBy = "panel",
        };

    /// <summary>Which of these is a site's: its own, else its plan's, else the default.</summary>
    public static BackupPolicy Of(IReadOnlyCollection<BackupPolicy> all, Guid siteId, string plan) =>
        all.SingleOrDefault(policy => policy.SiteId == siteId) ?? all.SingleOrDefault(policy => policy.PlanName == plan) ?? DefaultOf(all);

    /// <summary>The provider's default among these.</summary>
    public static BackupPolicy DefaultOf(IReadOnlyCollection<BackupPolicy> all) =>
        all.SingleOrDefault(policy => policy.SiteId is null && policy.PlanName is null) ?? Delivered;
}

internal sealed class BackupPolicyConfiguration : IEntityTypeConfiguration<BackupPolicy>
{
    public void Configure(EntityTypeBuilder<BackupPolicy> builder)
    {
        builder.ToTable("BackupPolicies");
        builder.HasIndex(policy => new { policy.SiteId, policy.PlanName }).IsUnique().AreNullsDistinct(false);
        builder.Property(policy => policy.PlanName).HasMaxLength(30);
        builder.Property(policy => policy.OffReason).HasMaxLength(BackupPolicy.MaxReasonLength);
        builder.Property(policy => policy.Cron).HasMaxLength(PolicyRules.MaxCronLength);
        builder.Property(policy => policy.TimeZone).HasMaxLength(PolicyRules.MaxTimeZoneLength);
        builder.Property(policy => policy.ChangedBy).HasMaxLength(200);
        builder.Ignore(policy => policy.Retention);
        builder.Ignore(policy => policy.Times);
        builder.HasOne<Site>().WithMany().HasForeignKey(policy => policy.SiteId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Plan>().WithMany().HasForeignKey(policy => policy.PlanName).OnDelete(DeleteBehavior.Cascade);
    }
}
