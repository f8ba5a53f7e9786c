namespace HostingPanel.Sites.Reconciliation;

/// <summary>How something in the engine is not what the database says.</summary>
internal enum FindingKind
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is there and not as it should be.</summary>
    Drifted,

    /// <summary>Something else stands in its place.</summary>
    Foreign,
}

/// <summary>One way in which a site in the engine is not what the database says.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="What">What it is: network, secret, volume, service, route.</param>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Message">The same in a sentence.</param>
internal sealed record Finding(FindingKind Kind, string What, string Name, string Message)
{
    /// <summary>The reason, a stable word, where the reconciler must leave it to a person; null where it mends it.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The services (by their names in the blueprint) that can't run because of it.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];
}
