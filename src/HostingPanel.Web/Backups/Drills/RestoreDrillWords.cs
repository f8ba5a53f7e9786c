using HostingPanel.Backups.Drills;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Backups.Drills;

/// <summary>What people read about drills of restore points.</summary>
internal static class RestoreDrillWords
{
    /// <summary>How a drill ended, or that it goes on, with its tone.</summary>
    public static (Tone Tone, string Text) StateOf(RestoreDrillView drill) =>
        drill.Verdict switch
        {
            RestoreDrillVerdict.Passed => (Tone.Ok, "Passed"),
            RestoreDrillVerdict.Failed => (Tone.Bad, "Failed"),
            RestoreDrillVerdict.BrokenOff => (Tone.Warn, "Broken off"),
            null => (Tone.Busy, drill.StartedAt is null ? "Waiting" : "Under way"),
            _ => throw new InvalidOperationException($"Verdict {drill.Verdict} has no word."),
        };

    /// <summary>What a check has shown.</summary>
    public static (Tone Tone, string Text) Of(RestoreDrillOutcome outcome) =>
        outcome switch
        {
            RestoreDrillOutcome.Passed => (Tone.Ok, "As it should be"),
            RestoreDrillOutcome.Failed => (Tone.Bad, "Not as it should be"),
            RestoreDrillOutcome.NotChecked => (Tone.Off, "Not checked"),
            _ => throw new InvalidOperationException($"Outcome {outcome} has no word."),
        };

    /// <summary>How long drills and their pictures are kept.</summary>
    public static string Kept(PanelOptions options) =>
        $"Older evidence is removed after {options.DrillDays} days, pictures after {options.DrillPictureDays}. What still says something stays: the last drills "
        + "that passed, what has failed since, the proof of each backup that is there, and the newest picture.";

    /// <summary>Why it was drilled.</summary>
    public static string Of(RestoreDrillReason reason) =>
        reason switch
        {
            RestoreDrillReason.Manual => "Asked for",
            RestoreDrillReason.Plan => "By schedule",
            RestoreDrillReason.Sample => "Weekly sample",
            RestoreDrillReason.AfterCheck => "After a check of its repository",
            RestoreDrillReason.Suspicious => "Because it is suspicious",
            _ => throw new InvalidOperationException($"Reason {reason} has no word."),
        };
}
