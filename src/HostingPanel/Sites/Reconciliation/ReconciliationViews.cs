using HostingPanel.Platform;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>How the panel's last look at the engine went.</summary>
/// <param name="LookedAt">When the last one succeeded; null when none ever did.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="EngineCalls">How many calls of the engine it made.</param>
/// <param name="Sites">How many sites it looked at.</param>
/// <param name="Problem">Why it can't look at the moment; null when it can.</param>
/// <param name="ProblemSince">Since when it can't.</param>
/// <param name="Disk">How the engine's disk is now; null where that can't be told.</param>
public sealed record EngineView(
    DateTimeOffset? LookedAt,
    double Milliseconds,
    int EngineCalls,
    int Sites,
    EngineReason? Problem,
    DateTimeOffset? ProblemSince,
    DiskView? Disk = null
);

/// <summary>The engine's disk, on the node where the panel runs.</summary>
/// <param name="FreeBytes">How much of it is free.</param>
/// <param name="DangerBytes">With less it is in danger.</param>
public sealed record DiskView(long FreeBytes, long DangerBytes)
{
    /// <summary>True when it may soon be full.</summary>
    public bool IsInDanger => FreeBytes < DangerBytes;
}

/// <summary>Something in the engine that carries this installation's label and is nobody's.</summary>
/// <param name="Id">Its place in the list.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name in the engine.</param>
/// <param name="EngineId">The engine's id of it.</param>
/// <param name="SiteId">The site that its label names.</param>
/// <param name="Site">That site's slug, if it still exists.</param>
/// <param name="Message">Why it is nobody's.</param>
/// <param name="IsRemovable">False for volumes, which are never removed this way.</param>
/// <param name="FirstSeenAt">Since when it is known.</param>
/// <param name="LastSeenAt">When it was last there (to ten minutes).</param>
public sealed record UnownedView(
    Guid Id,
    EngineKind Kind,
    string Name,
    string EngineId,
    Guid? SiteId,
    string? Site,
    string Message,
    bool IsRemovable,
    DateTimeOffset FirstSeenAt,
    DateTimeOffset LastSeenAt
);
