namespace HostingPanel.Client;

/// <summary>What a volume holds.</summary>
public enum VolumeKind
{
    /// <summary>The application's code.</summary>
    Code,

    /// <summary>What users uploaded, for the public.</summary>
    Files,

    /// <summary>What users uploaded, not for the public.</summary>
    Private,

    /// <summary>A database's data directory.</summary>
    Database,

    /// <summary>What can be made again.</summary>
    Cache,
}

/// <summary>Where a volume has settled.</summary>
public enum VolumeState
{
    /// <summary>An operation is making it.</summary>
    New,

    /// <summary>It belongs to its site, mounted or not.</summary>
    InUse,

    /// <summary>It is in the trash: kept as it is, until somebody purges it.</summary>
    Trashed,
}

/// <summary>Whether a backup takes something.</summary>
public enum CoverageState
{
    /// <summary>A policy takes it.</summary>
    Covered,

    /// <summary>No policy has to, for a reason that is written down.</summary>
    Excluded,

    /// <summary>No policy does, and nobody has said why not.</summary>
    Uncovered,
}

/// <summary>Whether a backup takes a volume or a database, and why not.</summary>
/// <param name="State">Whether it does.</param>
/// <param name="Reason">Why it is so, for people.</param>
/// <param name="DecidedBy">The person who excluded it; null where the blueprint or nobody did.</param>
/// <param name="DecidedAt">When that was.</param>
/// <param name="LastCoveredAt">When a restore point last took it; null when none ever did.</param>
public sealed record Coverage(
    CoverageState State,
    string Reason,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    DateTimeOffset? LastCoveredAt
);

/// <summary>A volume: data that outlives containers.</summary>
/// <param name="Id">Its identity; a marker file inside it says the same.</param>
/// <param name="Name">Its name within the site.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="State">Where it has settled.</param>
/// <param name="EngineName">Its name in the engine.</param>
/// <param name="Site">Its site's slug.</param>
/// <param name="Organisation">The slug of its site's organisation.</param>
/// <param name="MountedBy">Who mounts it where, as <c>service:/path</c>; empty for one that stands by itself.</param>
/// <param name="Node">The node it was last seen on; null while it was not seen.</param>
/// <param name="Bytes">What it takes on the disk; null while it was not measured.</param>
/// <param name="ApparentBytes">What programs see in it: sparse files with their holes.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="MeasuredAt">When that was counted.</param>
/// <param name="Coverage">Whether a backup takes it, and when a restore point last did.</param>
/// <param name="Adopted">True for one that the panel has found and not made.</param>
/// <param name="ClonedFrom">The volume that it is a copy of; that one may be gone.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="TrashedAt">Since when it is in the trash by itself.</param>
/// <param name="KeptUntil">Until when it is kept there for sure; the panel purges nothing by itself, not after that either.</param>
public sealed record Volume(
    Guid Id,
    string Name,
    VolumeKind Kind,
    VolumeState State,
    string EngineName,
    string Site,
    string Organisation,
    IReadOnlyList<string> MountedBy,
    string? Node,
    long? Bytes,
    long? ApparentBytes,
    long? Files,
    DateTimeOffset? MeasuredAt,
    Coverage Coverage,
    bool Adopted,
    Guid? ClonedFrom,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TrashedAt,
    DateTimeOffset? KeptUntil
);

/// <summary>What was in a volume at a moment.</summary>
/// <param name="MeasuredAt">When.</param>
/// <param name="Bytes">On the disk.</param>
/// <param name="ApparentBytes">As programs see it.</param>
/// <param name="Files">How many files.</param>
public sealed record VolumeMeasurement(DateTimeOffset MeasuredAt, long Bytes, long ApparentBytes, long Files);

/// <summary>A volume on a node that no site owns. The panel never deletes one.</summary>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Node">The node it is on.</param>
/// <param name="Ours">True when this panel made it once and has forgotten it since.</param>
/// <param name="CreatedAt">When the engine made it.</param>
/// <param name="UsedBy">The containers that have it; while there are any no site can take it in.</param>
/// <param name="Obstacle">Why no site can take it in; null when nothing but <paramref name="UsedBy"/> speaks against it.</param>
/// <param name="SeenAt">Since when it is known to be nobody's.</param>
public sealed record UnknownVolume(
    string Name,
    string Node,
    bool Ours,
    DateTimeOffset? CreatedAt,
    IReadOnlyList<string> UsedBy,
    string? Obstacle,
    DateTimeOffset SeenAt
);

/// <summary>What a copy is called.</summary>
/// <param name="Name">Its name within the site: lower-case letters, digits, single hyphens.</param>
public sealed record CloneVolumeRequest(string? Name);

/// <summary>How a volume of nobody becomes a site's.</summary>
/// <param name="Site">The site's slug.</param>
/// <param name="Name">What it will be called within the site.</param>
/// <param name="Kind">What it holds.</param>
public sealed record AdoptVolumeRequest(string? Site, string? Name, VolumeKind? Kind);

/// <summary>Why no backup has to take something.</summary>
/// <param name="Reason">In a sentence; whoever looks at the coverage reads it.</param>
public sealed record ExclusionRequest(string? Reason);

/// <summary>One thing that purging deletes.</summary>
/// <param name="What">A stable word: <c>volume</c>, <c>files</c>, <c>measurements</c>.</param>
/// <param name="Text">What exactly, for people.</param>
public sealed record PurgedThing(string What, string Text);

/// <summary>What purging a volume would delete.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Goes">Everything that will be gone, and nothing else will.</param>
/// <param name="RefusalCode">Why it would be refused as things are, a stable word; null when it would not.</param>
/// <param name="Refusal">The same for people.</param>
public sealed record VolumePurge(Volume Volume, IReadOnlyList<PurgedThing> Goes, string? RefusalCode, string? Refusal);

/// <summary>What holds data.</summary>
public enum CoveredThing
{
    /// <summary>A volume's files.</summary>
    Volume,

    /// <summary>A database, which is dumped.</summary>
    Database,
}

/// <summary>Something that the blueprint leaves out of backups.</summary>
/// <param name="Pattern">A glob below the volume's root, or a pattern of tables.</param>
/// <param name="Why">The reason.</param>
public sealed record LeftOut(string Pattern, string Why);

/// <summary>A volume or a database of a site, and whether a backup takes it.</summary>
/// <param name="Site">The site's slug.</param>
/// <param name="Organisation">The slug of the site's organisation.</param>
/// <param name="What">What it is.</param>
/// <param name="Name">Its name within the site.</param>
/// <param name="VolumeId">The volume's identity; null for a database.</param>
/// <param name="Kind">What the volume holds; null for a database.</param>
/// <param name="Coverage">Whether a backup takes it.</param>
/// <param name="LeftOut">The parts that the blueprint leaves out, each with its reason.</param>
public sealed record CoverageItem(
    string Site,
    string Organisation,
    CoveredThing What,
    string Name,
    Guid? VolumeId,
    VolumeKind? Kind,
    Coverage Coverage,
    IReadOnlyList<LeftOut> LeftOut
);

/// <summary>How much is covered.</summary>
/// <param name="Covered">How many volumes and databases a policy takes.</param>
/// <param name="Excluded">How many need none, for a written reason.</param>
/// <param name="Uncovered">How many nobody has decided about.</param>
/// <param name="Note">What there is to know about all of them; null when there is nothing.</param>
public sealed record CoverageSummary(int Covered, int Excluded, int Uncovered, string? Note);

/// <summary>The coverage of everything that holds data.</summary>
/// <param name="Summary">How much is covered, on all pages together.</param>
/// <param name="Items">A part of the volumes and databases, by site and name.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the next page; null at the end.</param>
public sealed record CoverageReport(CoverageSummary Summary, IReadOnlyList<CoverageItem> Items, string? NextCursor);
