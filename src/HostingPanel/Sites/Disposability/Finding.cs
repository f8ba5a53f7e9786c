namespace HostingPanel.Sites.Disposability;

/// <summary>What a difference is about.</summary>
public enum FindingSubject
{
    /// <summary>The front page.</summary>
    Page,

    /// <summary>A table of a database.</summary>
    Table,

    /// <summary>A volume as a whole.</summary>
    Volume,

    /// <summary>A file of a volume.</summary>
    File,

    /// <summary>Something that a container kept outside of volumes.</summary>
    Container,
}

/// <summary>A difference between a site before and after its containers were removed.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Where">The volume, database or service; empty for the front page.</param>
/// <param name="What">The file's path, the table's name; empty where it is about the whole.</param>
/// <param name="Text">How it differs.</param>
/// <param name="Hint">Why that may be all right, or where it belongs; null for none.</param>
public sealed record Finding(FindingSubject Subject, string Where, string What, string Text, string? Hint = null);

/// <summary>Everything that differs.</summary>
/// <param name="Lost">What was there before and is less or gone now; at most <see cref="MaxStored"/>.</param>
/// <param name="LostTotal">How much that is, listed or not.</param>
/// <param name="Changed">What is more, or other; a site lives on while it is drilled. At most <see cref="MaxStored"/>.</param>
/// <param name="ChangedTotal">How much that is, listed or not.</param>
internal sealed record Findings(IReadOnlyList<Finding> Lost, int LostTotal, IReadOnlyList<Finding> Changed, int ChangedTotal)
{
    /// <summary>More than these are counted, not listed.</summary>
    public const int MaxStored = 200;

    public static Findings Of(IReadOnlyCollection<Finding> lost, IReadOnlyCollection<Finding> changed) =>
        new([.. lost.Take(MaxStored)], lost.Count, [.. changed.Take(MaxStored)], changed.Count);
}
