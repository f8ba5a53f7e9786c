using System.Globalization;

namespace HostingPanel.Backups.Policies;

/// <summary>
/// When a site's next restore point is due, whatever the clock does: what was missed is made up once; a clock that is put back fires nothing
/// twice, and one that was far ahead for a while leaves nobody waiting.
/// </summary>
internal static class ScheduleReckoning
{
    /// <summary>A restore point that was asked for so much later than now says that the clock was set wrong then.</summary>
    private static readonly TimeSpan Implausible = TimeSpan.FromHours(25);

    /// <summary>Brings the row in line with the policy and the clock. True when a restore point is due.</summary>
    public static bool IsDue(BackupSchedule row, BackupPolicy policy, DateTimeOffset now)
    {
        if (!policy.Enabled)
        {
            // Nothing is missed while it is off.
            (row.ReckonedBy, row.WaitingCode, row.Waiting) = (StampOf(policy), null, null);
            return false;
        }

        if (row.ReckonedBy != StampOf(policy))
        {
            (row.DueAt, row.ReckonedBy, row.Attempts) = (After(row, policy, now), StampOf(policy), 0);
        }
        else if (After(row, policy, now) is var next && row.DueAt > next)
        {
            row.DueAt = next;
        }

        return row.DueAt <= now;
    }

    /// <summary>What is due was asked for.</summary>
    public static void Asked(BackupSchedule row, BackupPolicy policy, Guid operation, DateTimeOffset now)
    {
        (row.OperationId, row.QueuedAt, row.Attempts, row.WaitingCode, row.Waiting) = (operation, now, 1, null, null);
        row.DueAt = After(row, policy, now);
    }

    /// <summary>What changes it: a schedule that is set anew begins anew.</summary>
    public static string StampOf(BackupPolicy policy) =>
        policy.Enabled
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{policy.Cron}|{policy.WindowFrom:HHmm}|{policy.WindowTo:HHmm}|{policy.TimeZone}"
            )
            : "off";

    private static DateTimeOffset After(BackupSchedule row, BackupPolicy policy, DateTimeOffset now)
    {
        var from = row.QueuedAt is { } queued && queued > now && queued - now < Implausible ? queued : now;
        return policy.Times.Next(row.SiteId, from) ?? DateTimeOffset.MaxValue.ToStored();
    }
}
