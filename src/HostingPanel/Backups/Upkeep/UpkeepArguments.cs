namespace HostingPanel.Backups.Upkeep;

/// <summary>What an operation that removes restore points is about.</summary>
/// <param name="Repositories">Where it removes, in this order.</param>
/// <param name="Point">The one restore point that somebody wants to have deleted; null for what retention says.</param>
internal sealed record RemovalArguments(IReadOnlyList<Guid> Repositories, Guid? Point = null);

/// <summary>What a check of repositories is about.</summary>
/// <param name="Repositories">Which, in this order.</param>
/// <param name="Read">How much of the data is read.</param>
internal sealed record CheckArguments(IReadOnlyList<Guid> Repositories, CheckReading Read);

/// <summary>How much of a repository's data a check reads; its structure is always checked.</summary>
public enum CheckReading
{
    /// <summary>The next part of the rotation.</summary>
    Part,

    /// <summary>None.</summary>
    None,

    /// <summary>All of it.</summary>
    All,
}
