namespace HostingPanel.Backups.Policies;

/// <summary>Whether what is promised of a site's restore points is kept.</summary>
public enum BackupHealthState
{
    /// <summary>The last good one is as young as its schedule promises.</summary>
    Good,

    /// <summary>It has none yet, and its first is not late.</summary>
    New,

    /// <summary>The last good one is older than promised.</summary>
    Late,

    /// <summary>It has none, and should have.</summary>
    Never,

    /// <summary>Its policy is off.</summary>
    Off,

    /// <summary>It is stopped, and nothing in it changes.</summary>
    Paused,
}

/// <summary>How the restore points of a site are.</summary>
/// <param name="Site">Its slug.</param>
/// <param name="Title">Its title.</param>
/// <param name="State">Whether the promise is kept.</param>
/// <param name="LastGoodId">The newest good restore point.</param>
/// <param name="LastGoodAt">The moment that it is of.</param>
/// <param name="LastProvedAt">When one of them was last restored and found right.</param>
/// <param name="PromisedBy">By when the next good one has to be there; null when it is off.</param>
/// <param name="NextAt">When the next one is due; in the past while a missed one waits.</param>
/// <param name="Points">How many good ones it has.</param>
/// <param name="Bytes">What it takes at all targets together, as far as that is known.</param>
/// <param name="LastFaultAt">When taking one last failed, where it has not succeeded since.</param>
/// <param name="LastFaultCode">Why, a stable word.</param>
/// <param name="LastFault">The same for people.</param>
/// <param name="WaitingCode">Why what is due can't be taken, a stable word.</param>
/// <param name="Waiting">The same for people.</param>
/// <param name="OffReason">Why its policy is off.</param>
/// <param name="Targets">How it is at each target.</param>
public sealed record BackupHealth(
    string Site,
    string Title,
    BackupHealthState State,
    Guid? LastGoodId,
    DateTimeOffset? LastGoodAt,
    DateTimeOffset? LastProvedAt,
    DateTimeOffset? PromisedBy,
    DateTimeOffset? NextAt,
    int Points,
    long Bytes,
    DateTimeOffset? LastFaultAt,
    string? LastFaultCode,
    string? LastFault,
    string? WaitingCode,
    string? Waiting,
    string? OffReason,
    IReadOnlyList<TargetHealth> Targets
);

/// <summary>How the restore points of a site are at one target.</summary>
/// <param name="Target">Its name.</param>
/// <param name="IsWanted">Whether the site's policy keeps restore points there.</param>
/// <param name="IsLate">True when the last whole copy there is older than promised, or there is none and should be.</param>
/// <param name="LastGoodAt">The moment that the newest whole copy there is of.</param>
/// <param name="Copies">How many whole copies are there.</param>
/// <param name="CheckedAt">When the structure of what is there was last checked.</param>
/// <param name="ReadPart">Which part of its data was read last.</param>
/// <param name="ReadParts">In how many parts all is read.</param>
/// <param name="ReadAllAt">When all of it was last read.</param>
/// <param name="UnknownSnapshots">Snapshots there that nobody knows of.</param>
/// <param name="SetAsideAt">Since when a repository there is set aside because it is damaged; null when none is.</param>
/// <param name="FaultAt">When something was last found wrong with what is there; null when the last check was well.</param>
/// <param name="FaultCode">What, a stable word.</param>
/// <param name="Fault">The same for people.</param>
public sealed record TargetHealth(
    string Target,
    bool IsWanted,
    bool IsLate,
    DateTimeOffset? LastGoodAt,
    int Copies,
    DateTimeOffset? CheckedAt,
    int ReadPart,
    int ReadParts,
    DateTimeOffset? ReadAllAt,
    int UnknownSnapshots,
    DateTimeOffset? SetAsideAt,
    DateTimeOffset? FaultAt,
    string? FaultCode,
    string? Fault
);

/// <summary>How the restore points of all sites are.</summary>
/// <param name="ScheduledAt">When the schedules were last looked at; null when they never were.</param>
/// <param name="IsScheduling">False when that is too long ago: nothing is taken by itself then.</param>
/// <param name="Sites">Each site, the worst first.</param>
public sealed record BackupOverview(DateTimeOffset? ScheduledAt, bool IsScheduling, IReadOnlyList<BackupHealth> Sites);
