using HostingPanel.Blueprints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Sites.Cron;

/// <summary>How a run of a scheduled task ended.</summary>
public enum CronResult
{
    /// <summary>Its program ended with exit code 0.</summary>
    Succeeded,

    /// <summary>It ended with another exit code, or not in time, or could not be started.</summary>
    Failed,

    /// <summary>Something more urgent wanted the site; it runs again as soon as the site is free.</summary>
    MadeWay,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}

/// <summary>An entry of the <c>cron</c> section of a site's blueprint: when it is due, and how it went the last time.</summary>
internal sealed class CronEntry
{
    public const int MaxErrorLength = 1000;

    public required Guid SiteId { get; init; }

    /// <summary>Its name in the blueprint.</summary>
    public required string Name { get; init; }

    /// <summary>The schedule by which <see cref="DueAt"/> was reckoned, as the blueprint writes it.</summary>
    public required string Schedule { get; set; }

    /// <summary>When it is to run next; one that is past is made up for, once. Null when it is never due again.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>The operation of the last run; it may be forgotten by now.</summary>
    public Guid? OperationId { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public CronResult? Result { get; set; }

    /// <summary>Of its program; null where it has none, because it did not end by itself or did not start.</summary>
    public int? ExitCode { get; set; }
    public string? Error { get; set; }

    /// <summary>How often in a row it has failed.</summary>
    public int Failures { get; set; }
    public DateTimeOffset? SucceededAt { get; set; }

    /// <summary>The first time by its schedule that is after <paramref name="after"/>.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset after) =>
        CronSchedule.TryParse(Schedule, out var schedule, out _) ? CronTimes.Next(schedule, SiteId, Name, after) : null;

    /// <summary>
    /// Brings it in step with its blueprint: another schedule counts from now. So does a clock that was put back: it must not leave the entry
    /// waiting until the time that was.
    /// </summary>
    public void Follow(CronSchedule schedule, DateTimeOffset now)
    {
        var latest = CronTimes.Next(schedule, SiteId, Name, now + CronTimes.WaitAfter(Failures));
        if (Schedule != schedule.Text)
        {
            (Schedule, DueAt) = (schedule.Text, latest);
        }
        else if (DueAt is null || DueAt > latest)
        {
            DueAt = latest;
        }
    }

    /// <summary>Writes a run down, and when the next one is due.</summary>
    public void Record(CronRun run, DateTimeOffset now)
    {
        (OperationId, StartedAt, FinishedAt) = (run.OperationId, run.StartedAt, now);
        (Result, ExitCode) = (run.Result, run.ExitCode);
        Error = run.Error is { Length: > MaxErrorLength } error ? error[..MaxErrorLength] : run.Error;
        switch (run.Result)
        {
            case CronResult.Succeeded:
                (Failures, SucceededAt) = (0, now);
                break;
            case CronResult.Failed:
                Failures++;
                break;
            case CronResult.MadeWay:
                DueAt = now;
                return;
            case CronResult.Cancelled:
                break;
            default:
                throw new InvalidOperationException($"What follows from a run that {run.Result} is not written down.");
        }

        // Times that went by while it ran are left out: the next one is ahead.
        DueAt = NextAfter(now + CronTimes.WaitAfter(Failures));
    }
}

/// <summary>A run of an entry that has ended.</summary>
internal sealed record CronRun(Guid OperationId, CronResult Result, DateTimeOffset StartedAt, int? ExitCode, string? Error);

internal sealed class CronEntryConfiguration : IEntityTypeConfiguration<CronEntry>
{
    public void Configure(EntityTypeBuilder<CronEntry> builder)
    {
        builder.ToTable("CronEntries");
        builder.HasKey(entry => new { entry.SiteId, entry.Name });
        builder.Property(entry => entry.Name).HasMaxLength(40);
        builder.Property(entry => entry.Schedule).HasMaxLength(200);
        builder.Property(entry => entry.Error).HasMaxLength(CronEntry.MaxErrorLength);
        builder.HasOne<Site>().WithMany().HasForeignKey(entry => entry.SiteId).OnDelete(DeleteBehavior.Cascade);
    }
}
