namespace HostingPanel.Client;

/// <summary>What restoring in place would do, exactly.</summary>
/// <param name="RestorePoint">What would be restored.</param>
/// <param name="TakenAt">The moment that its databases are of.</param>
/// <param name="TakesSafetyPoint">Whether a safety restore point is taken first.</param>
/// <param name="Steps">What happens, in its order, in sentences.</param>
/// <param name="Databases">The databases that come out of the restore point.</param>
/// <param name="Volumes">The volumes that get a new one in their place.</param>
/// <param name="Stays">What stays as it is now.</param>
/// <param name="Lost">What the site will not have any more afterwards, and where it is then.</param>
/// <param name="Took">How long it took last time; null when nobody knows.</param>
/// <param name="UndoableUntil">Until when it can be undone for sure.</param>
/// <param name="Refusal">Why it would be refused as things are; null when it would not.</param>
public sealed record RestorePlan(
    Guid RestorePoint,
    DateTimeOffset TakenAt,
    bool TakesSafetyPoint,
    IReadOnlyList<string> Steps,
    IReadOnlyList<PlannedDatabase> Databases,
    IReadOnlyList<PlannedVolume> Volumes,
    IReadOnlyList<string> Stays,
    IReadOnlyList<string> Lost,
    RestoreTime? Took,
    DateTimeOffset UndoableUntil,
    BackupFault? Refusal
);

/// <summary>A database that comes out of a restore point.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tables">How many tables it has in the restore point.</param>
/// <param name="Rows">How many rows these have.</param>
/// <param name="Bytes">How large its dump is.</param>
public sealed record PlannedDatabase(string Name, int Tables, long Rows, long Bytes);

/// <summary>A volume that gets a new one in its place.</summary>
/// <param name="Id">The present one's identity.</param>
/// <param name="Name">Its name within the site.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Bytes">What the present one takes on the disk; null while it was not measured.</param>
/// <param name="Files">How many files are in it, likewise.</param>
/// <param name="TakenBytes">How many bytes of files come out of the restore point; null where none do.</param>
/// <param name="TakenFiles">How many files do.</param>
public sealed record PlannedVolume(Guid Id, string Name, VolumeKind Kind, long? Bytes, long? Files, long? TakenBytes, long? TakenFiles);

/// <summary>How long a restore took.</summary>
/// <param name="Seconds">From asking to the first answer.</param>
/// <param name="AwaySeconds">For how long visitors saw the maintenance page; null where it was no restore in place.</param>
/// <param name="OfThisPoint">True when it was of this restore point, false for another one of the site.</param>
/// <param name="At">When that was.</param>
public sealed record RestoreTime(double Seconds, double? AwaySeconds, bool OfThisPoint, DateTimeOffset At);

/// <summary>A restore in place.</summary>
/// <param name="Id">The operation that did it.</param>
/// <param name="RestorePoint">What was restored.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="StartedAt">When.</param>
/// <param name="SafetyPoint">The restore point of the site before; null when none was wanted.</param>
/// <param name="SwappedAt">When the restored set came in the place of the one before; null while it is under way.</param>
/// <param name="UndoneAt">When the set before came back.</param>
/// <param name="KeptUntil">Until when the set that the site does not have is kept for sure.</param>
/// <param name="Seconds">How long all of it took.</param>
/// <param name="AwaySeconds">For how long visitors saw the maintenance page.</param>
/// <param name="Notes">What is not as in the restore point.</param>
/// <param name="UndoRefusal">Why it can't be undone; null when it can.</param>
public sealed record InPlaceRestore(
    Guid Id,
    Guid RestorePoint,
    string RequestedBy,
    DateTimeOffset StartedAt,
    Guid? SafetyPoint,
    DateTimeOffset? SwappedAt,
    DateTimeOffset? UndoneAt,
    DateTimeOffset? KeptUntil,
    double? Seconds,
    double? AwaySeconds,
    IReadOnlyList<string> Notes,
    BackupFault? UndoRefusal
);
