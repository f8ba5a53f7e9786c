using System.Diagnostics.CodeAnalysis;
using Quartz;

namespace HostingPanel.Blueprints;

/// <summary>
/// When something runs, in the five fields of a crontab (minute, hour, day of month, month, day of week with Sunday 0 or 7), read in UTC.
/// A field may be <c>H</c>, such as <c>H/5 * * * *</c>: a value that differs from site to site and never changes for one, so that a
/// node's sites don't all start at the same second.
/// </summary>
public sealed record CronSchedule
{
    private CronSchedule(string text) => Text = text;

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a schedule; false with what was expected when it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronSchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        schedule = null;
        problem = null;
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length != 5)
        {
            problem = "five fields as in a crontab (minute hour day-of-month month day-of-week), such as \"*/5 * * * *\"";
        }
        else if (!CronExpression.TryParseWithHash(text, CronFormat.Unix, string.Empty, out var expression))
        {
            problem = "five fields as in a crontab, each *, a number, a list, a range or a step within its bounds, or H";
        }
        else if (expression.WithTimeZone(TimeZoneInfo.Utc).GetNextValidTimeAfter(DateTimeOffset.UnixEpoch) is null)
        {
            problem = "a schedule that is ever due";
        }
        else
        {
            schedule = new CronSchedule(text);
        }

        return schedule is not null;
    }

    /// <summary>The first time strictly after <paramref name="after"/>; null when it is never due again.</summary>
    /// <param name="key">What decides the value of <c>H</c>: something that stays the same, such as site id and entry's name.</param>
    /// <param name="after">Any time.</param>
    public DateTimeOffset? Next(string key, DateTimeOffset after) =>
        CronExpression.ParseWithHash(Text, CronFormat.Unix, key).WithTimeZone(TimeZoneInfo.Utc).GetNextValidTimeAfter(after);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
