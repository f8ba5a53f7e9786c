using System.Globalization;
using HostingPanel.Blueprints;

namespace HostingPanel.Backups.Policies;

/// <summary>A policy as it is asked for; what is left out is null.</summary>
/// <param name="Enabled">Whether restore points are taken by themselves; as delivered they are.</param>
/// <param name="OffReason">Why not; needed when they are not.</param>
/// <param name="Cron">Five fields of a crontab; or a window.</param>
/// <param name="WindowFrom">From when on a day, <c>HH:mm</c>.</param>
/// <param name="WindowTo">Until when; before <paramref name="WindowFrom"/> it is on the next day.</param>
/// <param name="TimeZone">IANA's name of the time zone, such as <c>Europe/Vienna</c>; UTC when there is none.</param>
/// <param name="Targets">Names of the targets; null or none for all that are in use.</param>
/// <param name="Retention">How long they are kept.</param>
public sealed record PolicyCommand(
    bool? Enabled,
    string? OffReason,
    string? Cron,
    string? WindowFrom,
    string? WindowTo,
    string? TimeZone,
    IReadOnlyList<string>? Targets,
    RetentionRules? Retention
);

/// <summary>What is refused of a policy, and in which words.</summary>
internal static class PolicyRules
{
    public const int MaxCronLength = 120;
    public const int MaxTimeZoneLength = 60;
    public const int MaxKept = 1000;
    private const int MaxTargets = 50;
    private const string TimeFormat = "HH:mm";

    /// <summary>A whole site is read each time; more often would be all that its machine does.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromMinutes(15);

    /// <summary>Everything that is wrong with it, but for its targets' names.</summary>
    public static void Check(PolicyCommand command, DateTimeOffset now, FieldErrors errors)
    {
        errors.Add("offReason", ReasonFault(command));
        TimeZoneInfo? zone = null;
        if (command.TimeZone is not null)
        {
            errors.Add("timeZone", ZoneFault(command.TimeZone, out zone));
        }

        CheckTimes(command, zone ?? TimeZoneInfo.Utc, now, errors);
        CheckRetention(command.Retention, errors);
        if (command.Targets is { } targets)
        {
            errors.Add("targets", targets.Count > MaxTargets ? $"There are at most {MaxTargets} targets." : null);
            errors.Add("targets", targets.Distinct(StringComparer.Ordinal).Count() < targets.Count ? "A target is named twice." : null);
        }
    }

    /// <summary>What is wrong with how long things are kept.</summary>
    public static void CheckRetention(RetentionRules? rules, FieldErrors errors)
    {
        if (rules is null)
        {
            errors.Add("retention", "retention is needed: how many of last, daily, weekly, monthly and yearly are kept.");
            return;
        }

        foreach (
            var (name, count) in (IEnumerable<(string, int)>)
                [
                    ("last", rules.Last),
                    ("daily", rules.Daily),
                    ("weekly", rules.Weekly),
                    ("monthly", rules.Monthly),
                    ("yearly", rules.Yearly),
                ]
        )
        {
            errors.Add($"retention.{name}", count is < 0 or > MaxKept ? $"{name} is a number from 0 to {MaxKept}." : null);
        }

        errors.Add(
            "retention",
            rules is { Last: 0, Daily: 0, Weekly: 0, Monthly: 0, Yearly: 0 }
                ? "This would keep nothing. At least one of last, daily, weekly, monthly and yearly is 1 or more."
                : null
        );
    }

    /// <summary>A time as <c>HH:mm</c>.</summary>
    public static TimeOnly? Time(string? text) =>
        TimeOnly.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    public static string Show(TimeOnly time) => time.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string? ReasonFault(PolicyCommand command) =>
        (command.Enabled ?? true, command.OffReason) switch
        {
            (true, _) => null,
            (false, null) or (false, "") => "Say why nothing is backed up here: whoever looks after it next year will ask.",
            (false, { } reason) => string.IsNullOrWhiteSpace(reason) ? "Say why nothing is backed up here."
            : reason.Length > BackupPolicy.MaxReasonLength ? $"The reason has at most {BackupPolicy.MaxReasonLength} characters."
            : reason.Any(char.IsControl) ? "The reason is one line without control characters."
            : null,
        };

    private static string? ZoneFault(string name, out TimeZoneInfo? zone)
    {
        zone = null;
        return
            name.Length <= MaxTimeZoneLength
            && (name == "UTC" || name.Contains('/', StringComparison.Ordinal))
            && !name.Contains("..", StringComparison.Ordinal)
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone)
            && zone.HasIanaId
            ? null
            : "This is no time zone that is known here. Write it as IANA does, such as Europe/Vienna, or UTC.";
    }

    private static void CheckTimes(PolicyCommand command, TimeZoneInfo zone, DateTimeOffset now, FieldErrors errors)
    {
        if (command.Cron is { } cron)
        {
            errors.Add(
                "window",
                command.WindowFrom is not null || command.WindowTo is not null
                    ? "There is either a cron expression or a window, not both."
                    : null
            );
            errors.Add("cron", CronFault(cron, zone, now));
            return;
        }

        if (command is { WindowFrom: null, WindowTo: null })
        {
            errors.Add("cron", "When? Give a cron expression, such as “30 3 * * *”, or a window, such as from 22:00 to 02:00.");
            return;
        }

        var (from, to) = (Time(command.WindowFrom), Time(command.WindowTo));
        errors.Add("window.from", from is null ? "from is a time of day, such as 22:00." : null);
        errors.Add("window.to", to is null ? "to is a time of day, such as 02:00." : null);
        errors.Add(
            "window",
            from is { } begin && to is { } end && BackupTimes.LengthOf(begin, end) == 0
                ? "This window has no length. Let it end later than it begins; before its beginning means on the next day."
                : null
        );
    }

    private static string? CronFault(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (text.Length > MaxCronLength)
        {
            return $"A cron expression has at most {MaxCronLength} characters.";
        }

        if (!CronSchedule.TryParse(text, out _, out var expected))
        {
            return $"This is not {expected}.";
        }

        if (BackupTimes.OfCron(text, zone).Next(Guid.Empty, now) is null)
        {
            return "This schedule is never due again. Choose a day that comes.";
        }

        // Compared where no clock is put forward or back.
        var times = BackupTimes.OfCron(text, TimeZoneInfo.Utc);
        var at = now;
        for (var looked = 0; looked < 100 && times.Next(Guid.Empty, at) is { } next; looked++)
        {
            if (looked > 0 && next - at < LeastInterval)
            {
                return $"A whole site is read each time: at most once in {LeastInterval.TotalMinutes:0} minutes, such as “0,30 * * * *”.";
            }

            at = next;
        }

        return null;
    }
}
