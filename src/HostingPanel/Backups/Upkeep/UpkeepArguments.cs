namespace HostingPanel.Backups.Upkeep;

/// <summary>What an operation that removes restore points is about.</summary>
/// <param name="Repositories">Where it removes, in this order.</param>
/// <param name="Point">The one restore point that somebody wants to have deleted; null for what retention says.</param>
/// <param name="Emptied">Those of the repositories of which nothing is left: they go as a whole.</param>
internal sealed record RemovalArguments(IReadOnlyList<Guid> Repositories, Guid? Point = null, IReadOnlyList<Guid>? Emptied = null)
{
    /// <summary>True for a repository that goes as a whole.</summary>
    public bool Empties(Guid repository) => Emptied?.Contains(repository) == true;
}

/// <summary>What a check of repositories is about.</summary>
/// <param name="Repositories">Which, in this order.</param>
/// <param name="Read">How much of the data is read.</param>
/// <param name="Parts">
/// Of each repository the part of the rotation that is read, decided when it was asked for: doing it twice reads one part twice.
/// </param>
internal sealed record CheckArguments(IReadOnlyList<Guid> Repositories, CheckReading Read, IReadOnlyDictionary<Guid, int>? Parts = null)
{
    /// <summary>What a check of these is about: of each the next part, where parts are read.</summary>
    public static CheckArguments Of(IEnumerable<BackupRepository> repositories, CheckReading read)
    {
        var ordered = repositories.OrderBy(repository => repository.Id).ToList();
        return new CheckArguments(
            [.. ordered.Select(repository => repository.Id)],
            read,
            read == CheckReading.Part ? ordered.ToDictionary(repository => repository.Id, RepositoryCheck.NextPartOf) : null
        );
    }
}

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
