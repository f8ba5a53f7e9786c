namespace HostingPanel.Client;

/// <summary>How a disposability drill ended.</summary>
public enum DrillVerdict
{
    /// <summary>The site came back, and nothing that was there before is missing.</summary>
    NothingLost,

    /// <summary>The site came back without something that was there before.</summary>
    Lost,

    /// <summary>The site did not answer again while it was waited for.</summary>
    DidNotRecover,

    /// <summary>It failed or was cancelled before anything could be said.</summary>
    Unfinished,
}

/// <summary>A disposability drill of a site: every container was removed, and what came back was compared with what was there before.</summary>
/// <param name="Id">Its operation.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="RequestedBy">Who wanted it.</param>
/// <param name="FinishedAt">When it ended; null while it goes on.</param>
/// <param name="Verdict">How it ended; null while it goes on.</param>
/// <param name="Reason">Why it did not come to its end.</param>
/// <param name="Containers">How many containers were removed.</param>
/// <param name="RecoverySeconds">From the removal until the site answered by its public name; null when it was not seen to answer.</param>
/// <param name="Interrupted">True when the worker was away meanwhile: the site may have answered earlier.</param>
/// <param name="Kept">What the containers had kept outside of volumes; at most 200.</param>
/// <param name="KeptTotal">How much that was, listed or not.</param>
/// <param name="Lost">What was there before and is less or gone; at most 200.</param>
/// <param name="LostTotal">How much that is, listed or not.</param>
/// <param name="Changed">What is more, or other: a site lives on while it is drilled. At most 200.</param>
/// <param name="ChangedTotal">How much that is, listed or not.</param>
/// <param name="NotCompared">What was left out, each with the reason.</param>
/// <param name="Before">What was there before; null when that was not told.</param>
/// <param name="After">What was there afterwards; null when that was not told.</param>
public sealed record DisposabilityDrill(
    Guid Id,
    DateTimeOffset StartedAt,
    string RequestedBy,
    DateTimeOffset? FinishedAt,
    DrillVerdict? Verdict,
    string? Reason,
    int Containers,
    double? RecoverySeconds,
    bool Interrupted,
    IReadOnlyList<KeptPath> Kept,
    int KeptTotal,
    IReadOnlyList<DrillFinding> Lost,
    int LostTotal,
    IReadOnlyList<DrillFinding> Changed,
    int ChangedTotal,
    IReadOnlyList<string> NotCompared,
    SiteFingerprint? Before,
    SiteFingerprint? After
);

/// <summary>How a path in a container differed from its image.</summary>
public enum LayerChange
{
    /// <summary>Other contents or rights.</summary>
    Modified,

    /// <summary>The image does not have it.</summary>
    Added,

    /// <summary>The image has it.</summary>
    Deleted,
}

/// <summary>Something that a container kept outside of volumes.</summary>
/// <param name="Service">The container's service.</param>
/// <param name="Path">Where in the container.</param>
/// <param name="Change">How it differed from the image.</param>
/// <param name="Hint">Where it belongs.</param>
/// <param name="MadeAgain">True when the new container has made it again by itself, with whatever contents: that counts as no loss.</param>
public sealed record KeptPath(string Service, string Path, LayerChange Change, string Hint, bool MadeAgain);

/// <summary>What a difference is about.</summary>
public enum DrillSubject
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
/// <param name="What">The file's path or the table's name; empty where it is about the whole. It is the site's own text.</param>
/// <param name="Text">How it differs.</param>
/// <param name="Hint">Why that may be all right, or where it belongs; null for none.</param>
public sealed record DrillFinding(DrillSubject Subject, string Where, string What, string Text, string? Hint);

/// <summary>What is compared of a site.</summary>
/// <param name="Status">The front page's HTTP status.</param>
/// <param name="Title">The front page's title.</param>
/// <param name="PageDigest">SHA-256 of the front page without what is new in each answer; null when it differs by itself.</param>
/// <param name="Databases">Its databases.</param>
/// <param name="Volumes">Its volumes of the kinds code, files and private.</param>
public sealed record SiteFingerprint(
    int Status,
    string? Title,
    string? PageDigest,
    IReadOnlyList<DatabaseFingerprint> Databases,
    IReadOnlyList<VolumeFingerprint> Volumes
);

/// <summary>A database in numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tables">How many tables.</param>
/// <param name="Rows">How many rows in all of them.</param>
public sealed record DatabaseFingerprint(string Name, int Tables, long Rows);

/// <summary>A volume in numbers.</summary>
/// <param name="Name">Its name within the site.</param>
/// <param name="Files">How many names that are no directories.</param>
/// <param name="Bytes">Of its plain files.</param>
/// <param name="Checksum">SHA-256 over names, kinds, owners, modes, link targets and contents.</param>
/// <param name="Unread">Places that could not be read.</param>
public sealed record VolumeFingerprint(string Name, long Files, long Bytes, string Checksum, int Unread);
