using System.Globalization;
using HostingPanel.Backups.Policies;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Backups.Policies;

/// <summary>Policies and whether they are kept, in plain words.</summary>
internal static class PolicyWords
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>When restore points are taken.</summary>
    public static string When(PolicyView policy) =>
        !policy.Enabled ? $"Never by itself: {policy.OffReason}"
        : policy.Cron is { } cron ? $"{Capital(WhenOf(cron))} ({policy.TimeZone})"
        : $"Once a day between {policy.WindowFrom} and {policy.WindowTo} ({policy.TimeZone})";

    /// <summary>A crontab's five fields; those that people use most in words, the others as they are.</summary>
    public static string WhenOf(string cron)
    {
        if (
            cron.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var minute, var hour, var day, "*", var weekday]
            || !int.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
        )
        {
            return $"by the crontab “{cron}”";
        }

        var at = int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            ? string.Create(CultureInfo.InvariantCulture, $"{hours:00}:{minutes:00}")
            : null;
        return (hour, at, day, weekday) switch
        {
            ("*", _, "*", "*") => string.Create(CultureInfo.InvariantCulture, $"each hour, {minutes} minutes past"),
            (_, { } time, "*", "*") => $"each day at {time}",
            (_, { } time, "*", [>= '0' and <= '7']) => $"each {Days[weekday[0] - '0']} at {time}",
            (_, { } time, _, "*") when int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
                $"on day {day} of each month at {time}",
            _ => $"by the crontab “{cron}”",
        };
    }

    /// <summary>How long they are kept.</summary>
    public static string Kept(RetentionRules rules)
    {
        (int Count, string Noun)[] parts = [(rules.Daily, "day"), (rules.Weekly, "week"), (rules.Monthly, "month"), (rules.Yearly, "year")];
        List<string> words = [.. parts.Where(part => part.Count > 0).Select(part => Phrases.Count(part.Count, part.Noun))];
        var each = words.Count == 0 ? null : $"the newest of each of {Join(words)}";
        var last = rules.Last > 0 ? $"the last {rules.Last.ToString(CultureInfo.InvariantCulture)}" : null;
        return string.Join(", and ", new[] { last, each }.OfType<string>());
    }

    /// <summary>Whose a policy is.</summary>
    public static string Of(PolicyScope scope) =>
        scope switch
        {
            PolicyScope.Default => "The default of all sites",
            PolicyScope.Plan => "Its plan’s",
            PolicyScope.Site => "Its own",
            _ => throw new InvalidOperationException($"Scope {scope} has no word."),
        };

    /// <summary>Whether the promise is kept.</summary>
    public static (Tone Tone, string Text) Of(BackupHealthState state) =>
        state switch
        {
            BackupHealthState.Good => (Tone.Ok, "In time"),
            BackupHealthState.New => (Tone.Off, "Not due yet"),
            BackupHealthState.Late => (Tone.Bad, "Late"),
            BackupHealthState.Never => (Tone.Bad, "None, and should be"),
            BackupHealthState.Off => (Tone.Warn, "Switched off"),
            BackupHealthState.Paused => (Tone.Off, "Site is stopped"),
            _ => throw new InvalidOperationException($"Health {state} has no word."),
        };

    private static string Join(List<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
