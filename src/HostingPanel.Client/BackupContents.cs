namespace HostingPanel.Client;

/// <summary>What kind of thing has a name in a directory.</summary>
public enum BackupFileKind
{
    /// <summary>A plain file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link; it is never followed.</summary>
    Link,

    /// <summary>A device, pipe or socket: none can be fetched.</summary>
    Other,
}

/// <summary>A name in a directory of a restore point, as it was then.</summary>
/// <param name="Name">Its name; it may hold line ends and anything else.</param>
/// <param name="Shown">The name with everything made visible that could act on a page or a terminal.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The size of a plain file.</param>
/// <param name="Mode">Its permissions, in octal digits.</param>
/// <param name="Uid">The owner's number.</param>
/// <param name="Gid">The group's number.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
/// <param name="CanBeChosen">False where it can only be fetched with the directory that it is in.</param>
public sealed record BackupFile(
    string Name,
    string Shown,
    BackupFileKind Kind,
    long Bytes,
    string Mode,
    long Uid,
    long Gid,
    DateTimeOffset ModifiedAt,
    bool CanBeChosen
);

/// <summary>A part of a directory of a restore point.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Path">The directory in it; empty for the volume itself.</param>
/// <param name="Count">How many names are in it.</param>
/// <param name="Items">Those of this part, by name.</param>
/// <param name="NextCursor">Where the next part starts; null at the end.</param>
/// <param name="Preparing">
/// The operation that makes the list, the first time (202): then nothing else is told, and the same is to be asked again when it has ended.
/// </param>
public sealed record BackupDirectory(
    string Volume,
    string Path,
    int Count,
    IReadOnlyList<BackupFile> Items,
    string? NextCursor,
    Operation? Preparing
);

/// <summary>A table of a restore point.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="CanBeChosen">False where it can only be fetched with the whole restore point.</param>
public sealed record BackupTable(string Name, long Rows, bool CanBeChosen);

/// <summary>A database of a restore point.</summary>
/// <param name="Name">Its name in the blueprint.</param>
/// <param name="Bytes">Of its dump.</param>
/// <param name="Views">How many views it has.</param>
/// <param name="Triggers">How many triggers.</param>
/// <param name="Routines">How many routines.</param>
/// <param name="Events">How many events.</param>
/// <param name="Tables">Its tables by name.</param>
public sealed record BackupDatabase(
    string Name,
    long Bytes,
    int Views,
    int Triggers,
    int Routines,
    int Events,
    IReadOnlyList<BackupTable> Tables
);

/// <summary>What is wanted of a restore point: files of a volume, tables of a database, or, where neither is named, all of it.</summary>
/// <param name="Volume">The volume that the paths are in.</param>
/// <param name="Paths">Files and directories in it, without a slash at their beginnings; an empty one is the volume itself.</param>
/// <param name="Database">The database that the tables are in.</param>
/// <param name="Tables">Tables of it.</param>
/// <param name="Target">The name of the target to fetch from; null for the nearest that has a whole copy.</param>
public sealed record FetchRequest(
    string? Volume = null,
    IReadOnlyList<string?>? Paths = null,
    string? Database = null,
    IReadOnlyList<string?>? Tables = null,
    string? Target = null
);

/// <summary>What is in a download.</summary>
public enum DownloadKind
{
    /// <summary>Chosen files of a volume.</summary>
    Files,

    /// <summary>Chosen tables of a database, as SQL.</summary>
    Tables,

    /// <summary>A whole restore point.</summary>
    Whole,

    /// <summary>The key of a repository. It can be taken once, by who asked for it.</summary>
    Key,
}

/// <summary>A file that waits to be taken, and does not stay.</summary>
/// <param name="Id">Its identity: that of the operation that made it.</param>
/// <param name="Site">The slug of the site, as it was then.</param>
/// <param name="RestorePointId">Out of which restore point; null for a key.</param>
/// <param name="Kind">What is in it.</param>
/// <param name="FileName">How the file is called.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its checksum, in hexadecimal digits.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it goes.</param>
/// <param name="TakenAt">When somebody first took it; null while nobody did.</param>
public sealed record Download(
    Guid Id,
    string Site,
    Guid? RestorePointId,
    DownloadKind Kind,
    string FileName,
    long Bytes,
    string Sha256,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? TakenAt
);

/// <summary>A repository of a site.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="TargetId">The target that it is at.</param>
/// <param name="Target">That target's name.</param>
/// <param name="Address">How restic finds it.</param>
/// <param name="ResticId">What restic calls it; null while it was not made.</param>
/// <param name="InitialisedAt">When it was made.</param>
public sealed record BackupRepository(
    Guid Id,
    Guid TargetId,
    string Target,
    string Address,
    string? ResticId,
    DateTimeOffset? InitialisedAt
);
