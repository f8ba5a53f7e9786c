namespace HostingPanel.Client;

/// <summary>What a thing in the engine is.</summary>
public enum EngineKind
{
    /// <summary>A long-running service.</summary>
    Service,

    /// <summary>A service that runs to its end once.</summary>
    Job,

    /// <summary>A network.</summary>
    Network,

    /// <summary>A secret.</summary>
    Secret,

    /// <summary>A volume.</summary>
    Volume,

    /// <summary>A container that belongs to no service.</summary>
    Container,
}

/// <summary>How the panel's last look at the engine went.</summary>
/// <param name="LookedAt">When the last one succeeded; null when none ever did.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="EngineCalls">How many calls of the engine it made, whatever the number of sites.</param>
/// <param name="Sites">How many sites it compared.</param>
/// <param name="Problem">Why the engine can't be looked at for the moment; null when it can.</param>
/// <param name="ProblemSince">Since when it can't.</param>
/// <param name="Disk">How the engine's disk is now; null where that can't be told.</param>
public sealed record EngineLook(
    DateTimeOffset? LookedAt,
    double Milliseconds,
    int EngineCalls,
    int Sites,
    Reason? Problem,
    DateTimeOffset? ProblemSince,
    EngineDisk? Disk = null
);

/// <summary>The engine's disk, on the node where the panel runs.</summary>
/// <param name="FreeBytes">How much of it is free.</param>
/// <param name="DangerBytes">With less it is in danger: while still more goes, the site that has grown most of an organisation over its plan is stopped.</param>
/// <param name="InDanger">True when less is free.</param>
public sealed record EngineDisk(long FreeBytes, long DangerBytes, bool InDanger);

/// <summary>Why something is not as it should be.</summary>
/// <param name="Code">A stable word, such as <c>no-address-left</c>.</param>
/// <param name="Message">For people, with the mend where there is one.</param>
public sealed record Reason(string Code, string Message);

/// <summary>Something in the engine that carries the panel's label and is nobody's.</summary>
/// <param name="Id">Its place in the list.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name in the engine.</param>
/// <param name="EngineId">The engine's id of it.</param>
/// <param name="Site">The slug of the site that its label names, if there still is one.</param>
/// <param name="Message">Why it is nobody's.</param>
/// <param name="Removable">False for volumes, which are never removed this way.</param>
/// <param name="FirstSeenAt">Since when it is known.</param>
/// <param name="LastSeenAt">When it was last there, to ten minutes.</param>
public sealed record UnownedThing(
    Guid Id,
    EngineKind Kind,
    string Name,
    string EngineId,
    string? Site,
    string Message,
    bool Removable,
    DateTimeOffset FirstSeenAt,
    DateTimeOffset LastSeenAt
);
