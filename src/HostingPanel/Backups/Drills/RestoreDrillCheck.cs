namespace HostingPanel.Backups.Drills;

/// <summary>What a check of a drill has shown.</summary>
public enum RestoreDrillOutcome
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>Not as it should be.</summary>
    Failed,

    /// <summary>There was nothing to compare with, or nothing to compare by; the text says why.</summary>
    NotChecked,
}

/// <summary>One check of a drill with its figures: the evidence.</summary>
internal sealed class RestoreDrillCheck
{
    public const int MaxNameLength = 80;
    public const int MaxDetails = 20;

    public required Guid DrillId { get; init; }

    /// <summary>A stable word, unique in its drill; with a colon and the thing that was checked where there may be several.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required RestoreDrillOutcome Outcome { get; set; }

    /// <summary>What was found, for people.</summary>
    public required string Text { get; set; }

    /// <summary>How many things were compared; null where it is no matter of counting.</summary>
    public long? Compared { get; set; }

    /// <summary>How many of them were not as they should be.</summary>
    public long? Differing { get; set; }

    /// <summary>The first of those, one line each.</summary>
    public List<string> Details { get; set; } = [];
    public required DateTimeOffset At { get; set; }
}
