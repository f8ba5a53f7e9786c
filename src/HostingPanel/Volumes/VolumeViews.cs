using HostingPanel.Blueprints;
using HostingPanel.Operations;

namespace HostingPanel.Volumes;

/// <summary>A volume as it is shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name within the site.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="State">Where it has settled.</param>
/// <param name="EngineName">Its name in the engine.</param>
/// <param name="Site">Its site's slug.</param>
/// <param name="SiteTitle">Its site's title.</param>
/// <param name="IsSiteTrashed">True when its site is in the trash, and it with the site.</param>
/// <param name="Organisation">The slug of its site's organisation.</param>
/// <param name="OrganisationName">The name of that organisation.</param>
/// <param name="MountedBy">Who mounts it where, as <c>service:/path</c>; empty for one that stands by itself.</param>
/// <param name="Node">The node it was last seen on; null while it was not seen.</param>
/// <param name="Bytes">What it takes on the disk; null while it was not measured.</param>
/// <param name="ApparentBytes">What programs see in it: sparse files with their holes.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="MeasuredAt">When that was counted.</param>
/// <param name="Coverage">Whether a backup takes it.</param>
/// <param name="IsAdopted">True for one that the panel has found and not made.</param>
/// <param name="ClonedFrom">The identity of the volume that it is a copy of.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="TrashedAt">Since when it is in the trash by itself.</param>
/// <param name="KeptUntil">Until when it is kept there for sure; the panel purges nothing by itself, not after that either.</param>
public sealed record VolumeView(
    Guid Id,
    string Name,
    VolumeKind Kind,
    VolumeState State,
    string EngineName,
    string Site,
    string SiteTitle,
    bool IsSiteTrashed,
    string Organisation,
    string OrganisationName,
    IReadOnlyList<string> MountedBy,
    string? Node,
    long? Bytes,
    long? ApparentBytes,
    long? Files,
    DateTimeOffset? MeasuredAt,
    Coverage Coverage,
    bool IsAdopted,
    Guid? ClonedFrom,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TrashedAt,
    DateTimeOffset? KeptUntil
)
{
    /// <summary>True when no service of the site mounts it: it can be moved to the trash apart from the site.</summary>
    public bool StandsAlone => MountedBy.Count == 0;
}

/// <summary>What was in a volume at a moment.</summary>
/// <param name="MeasuredAt">When.</param>
/// <param name="Bytes">On the disk.</param>
/// <param name="ApparentBytes">As programs see it.</param>
/// <param name="Files">How many files.</param>
public sealed record MeasurementView(DateTimeOffset MeasuredAt, long Bytes, long ApparentBytes, long Files);

/// <summary>A volume on a node that no site owns.</summary>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Node">The node it is on.</param>
/// <param name="IsOurs">True when this panel made it once and has forgotten it since.</param>
/// <param name="CreatedAt">When the engine made it.</param>
/// <param name="UsedBy">The containers that have it.</param>
/// <param name="Obstacle">Why no site can take it in; null when one can.</param>
/// <param name="SeenAt">Since when it is known to be nobody's.</param>
public sealed record UnknownVolumeView(
    string Name,
    string Node,
    bool IsOurs,
    DateTimeOffset? CreatedAt,
    IReadOnlyList<string> UsedBy,
    string? Obstacle,
    DateTimeOffset SeenAt
);

/// <summary>Which volumes are wanted.</summary>
/// <param name="Site">Only those of this site.</param>
/// <param name="Organisation">Only those of this organisation's sites.</param>
/// <param name="Kind">Only those of this kind.</param>
/// <param name="Search">Only those with this text in their names or their site's slug or title.</param>
/// <param name="Trashed">True for those in the trash, alone or with their site; false for the others; null for both.</param>
public sealed record VolumeFilter(
    string? Site = null,
    string? Organisation = null,
    VolumeKind? Kind = null,
    string? Search = null,
    bool? Trashed = null
);

/// <summary>A long action on a volume was accepted.</summary>
/// <param name="Volume">The volume that it makes.</param>
/// <param name="Operation">The operation that does it.</param>
public sealed record AcceptedVolume(VolumeView Volume, OperationView Operation);

/// <summary>How a volume of nobody becomes a site's.</summary>
/// <param name="Site">The site's slug.</param>
/// <param name="Name">What it will be called within the site.</param>
/// <param name="Kind">What it holds.</param>
public sealed record VolumeAdoption(string? Site, string? Name, VolumeKind? Kind);

/// <summary>One thing that purging deletes.</summary>
/// <param name="What">A stable word: <c>volume</c>, <c>files</c>, <c>measurements</c>.</param>
/// <param name="Text">What exactly, for people.</param>
public sealed record PurgedThing(string What, string Text);

/// <summary>What purging a volume would do.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Goes">Everything that will be gone, nothing else.</param>
/// <param name="Refusal">Why it would be refused as things are; null when it would not.</param>
public sealed record PurgePreview(VolumeView Volume, IReadOnlyList<PurgedThing> Goes, Problem? Refusal);
