using HostingPanel.Operations;

namespace HostingPanel.Backups.Browsing;

/// <summary>A part of a directory of a restore point.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Path">The directory in it; empty for the volume itself.</param>
/// <param name="Count">How many names are in it.</param>
/// <param name="Page">The part that was asked for, by name.</param>
/// <param name="Preparing">The operation that makes the list, while there is none: then nothing else is told.</param>
public sealed record DirectoryView(string Volume, string Path, int Count, Page<BackupFileView> Page, OperationView? Preparing);

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
/// <param name="Name">Its name, byte for byte where it is UTF-8.</param>
/// <param name="Shown">The name with everything made visible that could act on a page or a terminal.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The size of a plain file.</param>
/// <param name="Mode">Its permissions, in octal digits.</param>
/// <param name="Uid">The owner's number.</param>
/// <param name="Gid">The group's number.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
/// <param name="CanBeChosen">False where it can only be fetched with the directory that it is in.</param>
public sealed record BackupFileView(
    string Name,
    string Shown,
    BackupFileKind Kind,
    long Bytes,
    string Mode,
    long Uid,
    long Gid,
    DateTimeOffset ModifiedAt,
    bool CanBeChosen
)
{
    internal static BackupFileView From(IndexedFile file) =>
        new(
            file.Name,
            FetchRules.Shown(file.Name),
            file.Type switch
            {
                "file" => BackupFileKind.File,
                "dir" => BackupFileKind.Directory,
                "symlink" => BackupFileKind.Link,
                _ => BackupFileKind.Other,
            },
            file.Size,
            $"{Convert.ToString(file.Mode, 8).PadLeft(4, '0')}",
            file.Uid,
            file.Gid,
            file.ModifiedAt,
            file.Type is "file" or "dir" or "symlink" && FetchRules.PathOf(string.Empty, file.Name).Problem is null
        );
}

/// <summary>A database of a restore point.</summary>
/// <param name="Name">Its name in the blueprint.</param>
/// <param name="Bytes">Of its dump.</param>
/// <param name="Views">How many views it has.</param>
/// <param name="Triggers">How many triggers.</param>
/// <param name="Routines">How many routines.</param>
/// <param name="Events">How many events.</param>
/// <param name="Tables">Its tables by name, with their rows.</param>
public sealed record BackupDatabaseView(
    string Name,
    long Bytes,
    int Views,
    int Triggers,
    int Routines,
    int Events,
    IReadOnlyList<BackupTableView> Tables
);

/// <summary>A table of a restore point.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="CanBeChosen">False where it can only be fetched with the whole restore point.</param>
public sealed record BackupTableView(string Name, long Rows, bool CanBeChosen);
