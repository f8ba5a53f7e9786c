using HostingPanel.Sites.Cron;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Sites.Cron;

/// <summary>How runs of scheduled tasks went, in words.</summary>
internal static class CronTexts
{
    /// <summary>What its chip says.</summary>
    public static string Of(CronResult result) =>
        result switch
        {
            CronResult.Succeeded => "Done",
            CronResult.Failed => "Failed",
            CronResult.MadeWay => "Made way",
            CronResult.Cancelled => "Cancelled",
            _ => throw new InvalidOperationException($"The result {result} has no words."),
        };

    /// <summary>What its chip's colour says.</summary>
    public static Tone ToneOf(CronResult result) =>
        result switch
        {
            CronResult.Succeeded => Tone.Ok,
            CronResult.Failed => Tone.Bad,
            CronResult.MadeWay => Tone.Off,
            CronResult.Cancelled => Tone.Warn,
            _ => throw new InvalidOperationException($"The result {result} has no tone."),
        };

    /// <summary>Such as “Failed 3 times in a row”.</summary>
    public static string Failures(int failures) => failures == 1 ? "Failed once" : $"Failed {Phrases.Number(failures)} times in a row";
}
