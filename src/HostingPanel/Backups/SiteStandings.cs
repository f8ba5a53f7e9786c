using HostingPanel.Sites;

namespace HostingPanel.Backups;

/// <summary>How a site stands with its backups.</summary>
public enum BackupStanding
{
    /// <summary>There is no good restore point.</summary>
    Never,

    /// <summary>There is a good one, and a later attempt failed.</summary>
    Failing,

    /// <summary>The last attempt is good, and none was ever restored and found right.</summary>
    Unproved,

    /// <summary>The last attempt is good, and some restore point was restored and found right.</summary>
    Proved,
}

/// <summary>A site with how it stands with its backups.</summary>
/// <param name="Site">Its slug.</param>
/// <param name="Title">Its title.</param>
/// <param name="Organisation">Its organisation's slug.</param>
/// <param name="OrganisationName">Its organisation's name.</param>
/// <param name="State">Where it has settled.</param>
/// <param name="Standing">How it stands.</param>
/// <param name="LastGood">Its newest good restore point; null when there is none.</param>
/// <param name="ProvedAt">When one of its restore points was last restored and found right.</param>
/// <param name="Proof">How long that took, from asking to the first answer.</param>
/// <param name="LastFault">Why the attempt after <paramref name="LastGood"/> failed; null when it did not.</param>
/// <param name="LastFaultAt">When it did.</param>
/// <param name="IsTaking">True while one is being taken.</param>
public sealed record SiteStanding(
    string Site,
    string Title,
    string Organisation,
    string OrganisationName,
    SiteState State,
    BackupStanding Standing,
    NewestPoint? LastGood,
    DateTimeOffset? ProvedAt,
    TimeSpan? Proof,
    string? LastFault,
    DateTimeOffset? LastFaultAt,
    bool IsTaking
);

/// <summary>A good restore point in a few words.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="TakenAt">The moment that it is of.</param>
/// <param name="Bytes">Of its dumps and files.</param>
/// <param name="Files">How many files it has.</param>
public sealed record NewestPoint(Guid Id, DateTimeOffset TakenAt, long Bytes, long Files);

/// <summary>A restore that was found right.</summary>
/// <param name="At">When it was.</param>
/// <param name="Took">How long it took, from asking to the first answer.</param>
public sealed record RestoreProof(DateTimeOffset At, TimeSpan Took);

/// <summary>A site that was purged, of which there are restore points.</summary>
/// <param name="Site">The slug that it had.</param>
/// <param name="Title">The title that it had.</param>
/// <param name="OrganisationName">Whose it was; null when that has gone, too.</param>
/// <param name="IsSlugTaken">True when another site has its slug by now.</param>
/// <param name="Points">How many good restore points there are.</param>
/// <param name="LastTakenAt">The moment that the newest of them is of.</param>
/// <param name="ProvedAt">When one of them was last restored and found right.</param>
public sealed record PurgedSiteBackups(
    string Site,
    string Title,
    string? OrganisationName,
    bool IsSlugTaken,
    int Points,
    DateTimeOffset LastTakenAt,
    DateTimeOffset? ProvedAt
);

/// <summary>Which sites an overview has.</summary>
/// <param name="Search">Only those with this text in slug or title.</param>
/// <param name="Organisation">Only those of this organisation, by slug.</param>
/// <param name="Standing">Only those that stand so.</param>
public sealed record StandingFilter(string? Search = null, string? Organisation = null, BackupStanding? Standing = null);

/// <summary>What an overview is ordered by.</summary>
public enum StandingOrder
{
    /// <summary>What needs looking at first; then by slug.</summary>
    Standing,

    /// <summary>Slugs.</summary>
    Site,

    /// <summary>The newest good restore points; those without one count as older than all.</summary>
    Taken,

    /// <summary>When one was last proved; those without count as older than all.</summary>
    Proved,

    /// <summary>The size of the newest good restore points.</summary>
    Size,
}

/// <summary>An order with its direction, written as <c>size</c>, <c>-size</c>.</summary>
/// <param name="By">What by.</param>
/// <param name="IsDescending">True for the largest or latest first.</param>
public sealed record StandingSort(StandingOrder By = StandingOrder.Standing, bool IsDescending = false)
{
    /// <summary>Reads it; what is mistyped is the usual order.</summary>
    public static StandingSort Parse(string? text) =>
        Enum.TryParse<StandingOrder>(text?.TrimStart('-'), ignoreCase: true, out var order) && Enum.IsDefined(order)
            ? new StandingSort(order, text![0] == '-')
            : new StandingSort();

    /// <inheritdoc />
    public override string ToString() => (IsDescending ? "-" : string.Empty) + By.ToString().ToLowerInvariant();
}

/// <summary>Every site with how it stands, and how many stand how.</summary>
/// <param name="Items">Those that the filter lets through, in order.</param>
/// <param name="Counts">How many stand how, before the filter by standing.</param>
public sealed record SiteStandings(IReadOnlyList<SiteStanding> Items, IReadOnlyDictionary<BackupStanding, int> Counts);
