using System.Globalization;

namespace HostingPanel.Sites.Cron;

/// <summary>Says in words when the usual schedules are due.</summary>
internal static class CronWords
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>Such as “every 5 minutes” or “daily at 03:30 UTC”; null for a schedule that is best read as it is written.</summary>
    public static string? Of(string schedule) =>
        schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["*", "*", "*", "*", "*"] => "every minute",
            [var minute, "*", "*", "*", "*"] when StepOf(minute, 60) is { } step => step == 1 ? "every minute" : $"every {step} minutes",
            [var minute, "*", "*", "*", "*"] when minute == "H" || Number(minute) is not null => "every hour",
            ["H" or "0", var hour, "*", "*", "*"] when StepOf(hour, 24) is { } step => step == 1 ? "every hour" : $"every {step} hours",
            ["H", "H", "*", "*", "*"] => "once a day",
            [var minute, var hour, "*", "*", "*"] when TimeOf(minute, hour) is { } time => $"daily at {time}",
            [var minute, var hour, "*", "*", var day]
                when TimeOf(minute, hour) is { } time && Number(day) is >= 0 and <= 7 and var number => $"on {Days[number]}s at {time}",
            _ => null,
        };

    /// <summary>5 for <c>*/5</c> and <c>H/5</c>, where that many are really between two runs; null otherwise.</summary>
    private static int? StepOf(string field, int units) =>
        field.Split('/') is ["*" or "H", var step] && Number(step) is > 0 and var number && units % number == 0 ? number : null;

    private static string? TimeOf(string minute, string hour) =>
        Number(minute) is { } m && Number(hour) is { } h ? string.Create(CultureInfo.InvariantCulture, $"{h:00}:{m:00} UTC") : null;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
