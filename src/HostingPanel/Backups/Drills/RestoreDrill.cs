using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups.Drills;

/// <summary>Why a restore point is drilled.</summary>
public enum RestoreDrillReason
{
    /// <summary>Somebody asked for it.</summary>
    Manual,

    /// <summary>The site's plan says that it is time.</summary>
    Plan,

    /// <summary>The weekly sample out of all sites.</summary>
    Sample,

    /// <summary>Its repository was checked just before.</summary>
    AfterCheck,

    /// <summary>It is suspicious.</summary>
    Suspicious,
}

/// <summary>How a drill ended.</summary>
public enum RestoreDrillVerdict
{
    /// <summary>The restore point was restored and everything was found right: it is proved.</summary>
    Passed,

    /// <summary>Something was not right: the restore point is not proved, and is suspicious.</summary>
    Failed,

    /// <summary>It could not be done, or somebody cancelled it: nothing is known of the restore point that was not known before.</summary>
    BrokenOff,
}

/// <summary>
/// A restore point booted as a sealed scratch site and checked: what was found, and how long it took. It outlives the restore point, for it
/// is the record of what was proved.
/// </summary>
internal sealed class RestoreDrill
{
    /// <summary>What of the front page is kept.</summary>
    public const int MaxPageLength = 64 * 1024;

    /// <summary>The id of its operation.</summary>
    public required Guid Id { get; init; }
    public required Guid RestorePointId { get; init; }

    /// <summary>The site that the restore point is of; not the scratch site.</summary>
    public required Guid SiteId { get; init; }

    /// <summary>As it was called when the restore point was taken.</summary>
    public required string SiteSlug { get; init; }
    public required Guid OrganisationId { get; init; }

    /// <summary>From which copy; null for one that could not even be asked for.</summary>
    public Guid? RepositoryId { get; init; }

    /// <summary>The name of the target that the copy lies at.</summary>
    public string? TargetName { get; init; }
    public required RestoreDrillReason Reason { get; init; }
    public required string RequestedByName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on the recovery time counts: when the worker took it up, for until then nobody had begun.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the site first answered as it should.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Null while it is under way.</summary>
    public RestoreDrillVerdict? Verdict { get; set; }

    /// <summary>From <see cref="StartedAt"/> to <see cref="AnsweredAt"/>: the measured recovery time.</summary>
    public double? RecoverySeconds { get; set; }

    /// <summary>How long each step took, as <see cref="DrillPhase"/>s.</summary>
    public string? Phases { get; set; }

    /// <summary>Why it failed or was broken off, a stable word.</summary>
    public string? FaultCode { get; set; }

    /// <summary>The same for people.</summary>
    public string? Fault { get; set; }

    /// <summary>The status that the front page came with.</summary>
    public int? PageStatus { get; set; }
    public string? PageTitle { get; set; }

    /// <summary>The beginning of the front page as it came: a stranger's text, only ever shown as text.</summary>
    public string? Page { get; set; }
    public List<RestoreDrillCheck> Checks { get; } = [];

    /// <summary>
    /// True when a picture was made, by its checks: what was made is written down first and told afterwards, so one that is told of and not there
    /// was removed since.
    /// </summary>
    public bool HadPicture =>
        FinishedAt is not null && Checks.Any(check => check is { Name: DrillChecks.FrontPicture, Outcome: RestoreDrillOutcome.Passed });
}

/// <summary>A part of a drill's way, with how long it took.</summary>
internal sealed record DrillPhase(string Name, string Title, double Seconds);

internal sealed class RestoreDrillConfiguration : IEntityTypeConfiguration<RestoreDrill>, IEntityTypeConfiguration<RestoreDrillCheck>
{
    public void Configure(EntityTypeBuilder<RestoreDrill> builder)
    {
        builder.HasIndex(drill => new { drill.SiteId, drill.Id });
        builder.HasIndex(drill => drill.RestorePointId);
        builder.HasIndex(drill => drill.CreatedAt, "ix_restore_drills_unfinished").HasFilter("finished_at IS NULL");
        builder.Property(drill => drill.SiteSlug).HasMaxLength(SiteRules.MaxSlugLength);
        builder.Property(drill => drill.TargetName).HasMaxLength(BackupTarget.MaxNameLength);
        builder.Property(drill => drill.RequestedByName).HasMaxLength(120);
        builder.Property(drill => drill.FaultCode).HasMaxLength(60);
        builder.Property(drill => drill.Phases).HasColumnType("jsonb");
        builder.HasMany(drill => drill.Checks).WithOne().HasForeignKey(check => check.DrillId);
    }

    public void Configure(EntityTypeBuilder<RestoreDrillCheck> builder)
    {
        builder.ToTable("RestoreDrillChecks");
        builder.HasKey(check => new { check.DrillId, check.Name });
        builder.Property(check => check.Name).HasMaxLength(RestoreDrillCheck.MaxNameLength);
        builder.Property(check => check.Title).HasMaxLength(120);
    }
}
