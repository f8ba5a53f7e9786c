namespace HostingPanel.Client;

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

/// <summary>How a drill of a restore point ended.</summary>
public enum RestoreDrillVerdict
{
    /// <summary>It was restored and everything was found right: it is proved.</summary>
    Passed,

    /// <summary>Something was not right: it is not proved, and is suspicious.</summary>
    Failed,

    /// <summary>It could not be done, or somebody cancelled it: nothing is known that was not known before.</summary>
    BrokenOff,
}

/// <summary>What a check of a drill has shown.</summary>
public enum RestoreDrillOutcome
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>Not as it should be.</summary>
    Failed,

    /// <summary>There was nothing to compare with; the text says why.</summary>
    NotChecked,
}

/// <summary>How a drill is asked for.</summary>
/// <param name="Target">The name of the target to restore from; null for the one whose turn it is.</param>
public sealed record DrillRequest(string? Target = null);

/// <summary>A restore point booted as a sealed scratch site and checked.</summary>
/// <param name="Id">Its identity: that of its operation.</param>
/// <param name="RestorePoint">What was drilled.</param>
/// <param name="Site">The slug of the site, as it was when the restore point was taken.</param>
/// <param name="Target">The target that it was restored from; null where it did not come to that.</param>
/// <param name="Reason">Why it was drilled.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When it was begun; null while it waits.</param>
/// <param name="FinishedAt">When it ended; null while it is under way.</param>
/// <param name="Verdict">How it ended; null while it is under way.</param>
/// <param name="Fault">Why it did not pass; null when it did.</param>
/// <param name="RecoverySeconds">The measured recovery time, from its beginning to the first good answer; null where none came.</param>
/// <param name="ChecksPassed">How many checks passed.</param>
/// <param name="ChecksFailed">How many failed.</param>
public sealed record RestoreDrill(
    Guid Id,
    Guid RestorePoint,
    string Site,
    string? Target,
    RestoreDrillReason Reason,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    RestoreDrillVerdict? Verdict,
    BackupFault? Fault,
    double? RecoverySeconds,
    int ChecksPassed,
    int ChecksFailed
);

/// <summary>A drill with its evidence.</summary>
/// <param name="Drill">The drill.</param>
/// <param name="Checks">What each check has shown, in the order in which they were made.</param>
/// <param name="Phases">How long each step took up to the first good answer; steps run side by side.</param>
/// <param name="PageStatus">The status that the front page came with; null where none came.</param>
/// <param name="PageTitle">Its title.</param>
/// <param name="Page">Its beginning as it came: a stranger's text, to be shown as text and never as a page.</param>
/// <param name="Picture">Its picture; null where there is none, and the check <c>picture</c> says why.</param>
/// <param name="PictureGone">Why a picture that was made is not there any more, for people; null for one that is there, or was never made.</param>
public sealed record RestoreDrillEvidence(
    RestoreDrill Drill,
    IReadOnlyList<RestoreDrillCheck> Checks,
    IReadOnlyList<RestoreDrillPhase> Phases,
    int? PageStatus,
    string? PageTitle,
    string? Page,
    RestoreDrillPicture? Picture,
    string? PictureGone
);

/// <summary>The front page as a visitor's browser showed it.</summary>
/// <param name="MediaType"><c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Width">In points.</param>
/// <param name="Height">In points.</param>
/// <param name="Bytes">Size of the file.</param>
public sealed record RestoreDrillPicture(string MediaType, int Width, int Height, long Bytes);

/// <summary>What a check has shown.</summary>
/// <param name="Name">A stable word, with a colon and the thing that was checked where there may be several.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Outcome">What it has shown.</param>
/// <param name="Text">The same for people, with the figures.</param>
/// <param name="Compared">How many things were compared; null where it is no matter of counting.</param>
/// <param name="Differing">How many of them were not as they should be.</param>
/// <param name="Details">The first of those, one line each.</param>
/// <param name="At">When.</param>
public sealed record RestoreDrillCheck(
    string Name,
    string Title,
    RestoreDrillOutcome Outcome,
    string Text,
    long? Compared,
    long? Differing,
    IReadOnlyList<string> Details,
    DateTimeOffset At
);

/// <summary>A part of a drill's way.</summary>
/// <param name="Name">The step.</param>
/// <param name="Title">What it did.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RestoreDrillPhase(string Name, string Title, double Seconds);

/// <summary>What a site could be brought back to, and how fast.</summary>
/// <param name="Site">Its slug.</param>
/// <param name="LastTakenAt">The moment that its newest good restore point is of; null while it has none.</param>
/// <param name="LastTaken">That restore point.</param>
/// <param name="LastProvedAt">When one of its restore points was last restored and found right; null while none was.</param>
/// <param name="LastProved">That restore point.</param>
/// <param name="ProvedPointAt">The moment that its newest proved restore point is of: what it can surely be brought back to.</param>
/// <param name="RecoveryPointAgeSeconds">How old the newest good restore point is: what would be lost now.</param>
/// <param name="LastRecoverySeconds">The recovery time of the last drill that passed.</param>
/// <param name="TypicalRecoverySeconds">The median of the last ten of these.</param>
/// <param name="LastDrill">Its last drill that came to a verdict; null while there is none.</param>
/// <param name="RunningDrill">The drill that is under way; null when none is.</param>
/// <param name="Suspicious">How many of its good restore points something speaks against.</param>
/// <param name="HasAlert">True when its last drill failed, or its newest restore point is suspicious.</param>
public sealed record SiteRecovery(
    string Site,
    DateTimeOffset? LastTakenAt,
    Guid? LastTaken,
    DateTimeOffset? LastProvedAt,
    Guid? LastProved,
    DateTimeOffset? ProvedPointAt,
    double? RecoveryPointAgeSeconds,
    double? LastRecoverySeconds,
    double? TypicalRecoverySeconds,
    RestoreDrill? LastDrill,
    Guid? RunningDrill,
    int Suspicious,
    bool HasAlert
);
