namespace HostingPanel.Backups.Policies;

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

/// <summary>A policy as it is shown.</summary>
/// <param name="Scope">Whose it is: a site's policy may be its plan's or the default.</param>
/// <param name="Enabled">Whether restore points are taken by themselves.</param>
/// <param name="OffReason">Why not.</param>
/// <param name="Cron">Five fields of a crontab; null where it is a window.</param>
/// <param name="WindowFrom">From when on a day, <c>HH:mm</c>; null where it is a crontab's.</param>
/// <param name="WindowTo">Until when.</param>
/// <param name="TimeZone">IANA's name of the time zone.</param>
/// <param name="Targets">Names of the targets; none for all that are in use.</param>
/// <param name="Retention">How long restore points are kept.</param>
/// <param name="NextAt">When the next one is due; null when it is off, or where it is no single site's.</param>
/// <param name="ChangedAt">When it was last changed; null for the one that the panel is delivered with.</param>
/// <param name="ChangedBy">Who did.</param>
public sealed record PolicyView(
    PolicyScope Scope,
    bool Enabled,
    string? OffReason,
    string? Cron,
    string? WindowFrom,
    string? WindowTo,
    string TimeZone,
    IReadOnlyList<string> Targets,
    RetentionRules Retention,
    DateTimeOffset? NextAt,
    DateTimeOffset? ChangedAt,
    string ChangedBy
)
{
    internal static PolicyView From(BackupPolicy policy, IReadOnlyDictionary<Guid, string> targets, DateTimeOffset? nextAt) =>
        new(
            policy.SiteId is not null ? PolicyScope.Site
                : policy.PlanName is not null ? PolicyScope.Plan
                : PolicyScope.Default,
            policy.Enabled,
            policy.OffReason,
            policy.Cron,
            policy.WindowFrom is { } from ? PolicyRules.Show(from) : null,
            policy.WindowTo is { } to ? PolicyRules.Show(to) : null,
            policy.TimeZone,
            [.. policy.TargetIds.Select(id => targets.GetValueOrDefault(id)).OfType<string>().Order(StringComparer.Ordinal)],
            policy.Retention,
            policy.Enabled ? nextAt : null,
            policy.Id == Guid.Empty ? null : policy.ChangedAt,
            policy.ChangedBy
        );
}

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

/// <summary>What retention would do with the restore points of a site.</summary>
/// <param name="Rules">By which rules.</param>
/// <param name="TimeZone">Whose days they are.</param>
/// <param name="Items">Each good one, the newest first.</param>
/// <param name="FailedGoing">How many failed ones go with them.</param>
/// <param name="MaxInOneRun">How many one run removes at most.</param>
/// <param name="FaultCode">Why nothing is removed just now, a stable word.</param>
/// <param name="Fault">The same for people.</param>
public sealed record RetentionPreview(
    RetentionRules Rules,
    string TimeZone,
    IReadOnlyList<RetentionItem> Items,
    int FailedGoing,
    int MaxInOneRun,
    string? FaultCode,
    string? Fault
);
