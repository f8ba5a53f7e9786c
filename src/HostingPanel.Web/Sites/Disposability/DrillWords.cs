using System.Globalization;
using HostingPanel.Sites.Disposability;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Sites.Disposability;

/// <summary>A drill's result in words.</summary>
internal static class DrillWords
{
    /// <summary>What its chip says.</summary>
    public static string Of(DrillView drill) =>
        drill.Verdict switch
        {
            null => "Under way",
            DrillVerdict.NothingLost => "Nothing lost",
            DrillVerdict.Lost => $"Lost: {drill.LostTotal.ToString(CultureInfo.InvariantCulture)}",
            DrillVerdict.DidNotRecover => "Did not recover",
            DrillVerdict.Unfinished => "Unfinished",
            _ => throw new InvalidOperationException($"The verdict {drill.Verdict} has no words."),
        };

    /// <summary>What its chip's colour says.</summary>
    public static Tone ToneOf(DrillVerdict? verdict) =>
        verdict switch
        {
            null => Tone.Busy,
            DrillVerdict.NothingLost => Tone.Ok,
            DrillVerdict.Lost or DrillVerdict.DidNotRecover => Tone.Bad,
            DrillVerdict.Unfinished => Tone.Warn,
            _ => throw new InvalidOperationException($"The verdict {verdict} has no tone."),
        };

    /// <summary>Such as “Recovered in 4.2 s, nothing lost.”</summary>
    public static string Sentence(DrillView drill)
    {
        var recovered = drill.Recovery is { } time
            ? $"Recovered in {(drill.WasInterrupted ? "at most " : string.Empty)}{Phrases.Duration(time)}"
            : null;
        return drill.Verdict switch
        {
            null => "A drill is under way; its steps are shown above.",
            DrillVerdict.NothingLost => $"{recovered}, nothing lost.",
            DrillVerdict.Lost => $"{recovered}, but not everything came back.",
            DrillVerdict.DidNotRecover => "The site did not answer again.",
            DrillVerdict.Unfinished when recovered is not null => $"{recovered}, but what came back could not be compared.",
            DrillVerdict.Unfinished => "It was broken off before there was a result.",
            _ => throw new InvalidOperationException($"The verdict {drill.Verdict} has no words."),
        };
    }

    /// <summary>Such as “2 containers removed. Compared: the front page, 61 rows in 12 tables, 1,204 files.”</summary>
    public static string Scope(DrillView drill) =>
        drill.Before is { } before
            ? $"{Phrases.Count(drill.Containers, "container")} removed. Compared: the front page, "
                + $"{Phrases.Number(before.Databases.Sum(database => database.Rows))} rows in {Phrases.Count(before.Databases.Sum(database => database.Tables), "table")}, "
                + $"{Phrases.Number(before.Volumes.Sum(volume => volume.Files))} files."
            : "No container was removed.";

    /// <summary>What a finding is about, such as “File of content”.</summary>
    public static string Place(Finding finding) =>
        finding.Subject switch
        {
            FindingSubject.Page => "Front page",
            FindingSubject.Table => $"Table of {finding.Where}",
            FindingSubject.Volume => $"Volume {finding.Where}",
            FindingSubject.File => $"File of {finding.Where}",
            FindingSubject.Container => $"Container of {finding.Where}",
            _ => throw new InvalidOperationException($"The subject {finding.Subject} has no words."),
        };
}
