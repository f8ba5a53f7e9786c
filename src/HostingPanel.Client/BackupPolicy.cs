namespace HostingPanel.Client;

/// <summary>Whose a policy is.</summary>
public enum PolicyScope
{
    /// <summary>The provider's: of every site that has no other.</summary>
    Default,

    /// <summary>Of the sites of a plan that have none of their own.</summary>
    Plan,

    /// <summary>A site's own.</summary>
    Site,
}

/// <summary>A time of each day. Before <paramref name="From"/>, <paramref name="To"/> is on the next day.</summary>
/// <param name="From">Such as <c>22:00</c>.</param>
/// <param name="To">Such as <c>02:00</c>.</param>
public sealed record BackupWindow(string? From, string? To);

/// <summary>How many restore points are kept: the newest, and the newest of each of so many days, weeks, months and years that have one.</summary>
public sealed record Retention(int Last = 0, int Daily = 0, int Weekly = 0, int Monthly = 0, int Yearly = 0);

/// <summary>When restore points are taken, where they are kept, and for how long.</summary>
/// <param name="Scope">Whose it is: a site's policy may be its plan's or the default.</param>
/// <param name="Enabled">Whether restore points are taken by themselves.</param>
/// <param name="OffReason">Why not.</param>
/// <param name="Cron">Five fields of a crontab; null where it is a window.</param>
/// <param name="Window">When on a day; each site has its own time in it. Null where it is a crontab's.</param>
/// <param name="TimeZone">IANA's name of the time zone.</param>
/// <param name="Targets">Names of the targets; none for all that are in use.</param>
/// <param name="Retention">How long they are kept.</param>
/// <param name="NextAt">When the next one is due; null when it is off, or where it is no single site's.</param>
/// <param name="ChangedAt">When it was last changed; null for the one that the panel is delivered with.</param>
/// <param name="ChangedBy">Who did.</param>
public sealed record BackupPolicy(
    PolicyScope Scope,
    bool Enabled,
    string? OffReason,
    string? Cron,
    BackupWindow? Window,
    string TimeZone,
    IReadOnlyList<string> Targets,
    Retention Retention,
    DateTimeOffset? NextAt,
    DateTimeOffset? ChangedAt,
    string ChangedBy
);

/// <summary>A policy as it is to be: the whole of it.</summary>
/// <param name="Cron">Five fields of a crontab, where a field may be <c>H</c>; or a window.</param>
/// <param name="Window">When on a day; or a cron expression.</param>
/// <param name="TimeZone">IANA's name of the time zone; UTC when there is none.</param>
/// <param name="Targets">Names of the targets; none for all that are in use.</param>
/// <param name="Retention">How long they are kept.</param>
/// <param name="Enabled">False when none are to be taken by themselves.</param>
/// <param name="OffReason">Why not; needed then.</param>
public sealed record BackupPolicyRequest(
    string? Cron = null,
    BackupWindow? Window = null,
    string? TimeZone = null,
    IReadOnlyList<string>? Targets = null,
    Retention? Retention = null,
    bool? Enabled = null,
    string? OffReason = null
);

/// <summary>What retention would do with a restore point.</summary>
/// <param name="Id">Which.</param>
/// <param name="TakenAt">The moment that it is of.</param>
/// <param name="Reason">Why it was taken.</param>
/// <param name="Goes">Whether it goes.</param>
/// <param name="Now">Whether it goes with the next run; one run removes only so many.</param>
/// <param name="Kept">Why it stays.</param>
public sealed record RetentionItem(
    Guid Id,
    DateTimeOffset TakenAt,
    RestorePointReason Reason,
    bool Goes,
    bool Now,
    IReadOnlyList<string> Kept
);

/// <summary>What retention would do with the good restore points of a site. Nothing is changed by looking.</summary>
/// <param name="Retention">By which rules.</param>
/// <param name="TimeZone">Whose days they are.</param>
/// <param name="Items">Each good one, the newest first.</param>
/// <param name="FailedGoing">How many failed ones go with them.</param>
/// <param name="MaxInOneRun">How many one run removes at most.</param>
/// <param name="Fault">Why nothing is removed just now; null for no reason.</param>
public sealed record RetentionPreview(
    Retention Retention,
    string TimeZone,
    IReadOnlyList<RetentionItem> Items,
    int FailedGoing,
    int MaxInOneRun,
    BackupFault? Fault
);
