using HostingPanel.Backups.Browsing;
using HostingPanel.Web.Operations;

namespace HostingPanel.Web.Backups;

/// <summary>What is in restore points, in the words of the REST contract.</summary>
internal static class ContentsContract
{
    public static Client.BackupDirectory ToContract(this DirectoryView view) =>
        new(
            view.Volume,
            view.Path,
            view.Count,
            [
                .. view.Page.Items.Select(file => new Client.BackupFile(
                    file.Name,
                    file.Shown,
                    file.Kind switch
                    {
                        BackupFileKind.File => Client.BackupFileKind.File,
                        BackupFileKind.Directory => Client.BackupFileKind.Directory,
                        BackupFileKind.Link => Client.BackupFileKind.Link,
                        BackupFileKind.Other => Client.BackupFileKind.Other,
                        _ => throw new InvalidOperationException($"The contract has no word for a file that is {file.Kind}."),
                    },
                    file.Bytes,
                    file.Mode,
                    file.Uid,
                    file.Gid,
                    file.ModifiedAt,
                    file.CanBeChosen
                )),
            ],
            view.Page.NextCursor,
            view.Preparing?.ToContract()
        );

    public static Client.BackupDatabase ToContract(this BackupDatabaseView view) =>
        new(
            view.Name,
            view.Bytes,
            view.Views,
            view.Triggers,
            view.Routines,
            view.Events,
            [.. view.Tables.Select(table => new Client.BackupTable(table.Name, table.Rows, table.CanBeChosen))]
        );

    public static FetchFromBackup FromContract(this Client.FetchRequest request) =>
        new(request.Volume, request.Paths, request.Database, request.Tables, request.Target);

    public static Client.Download ToContract(this DownloadView view) =>
        new(
            view.Id,
            view.Site,
            view.RestorePointId,
            view.Kind switch
            {
                DownloadKind.Files => Client.DownloadKind.Files,
                DownloadKind.Tables => Client.DownloadKind.Tables,
                DownloadKind.Whole => Client.DownloadKind.Whole,
                DownloadKind.Key => Client.DownloadKind.Key,
                _ => throw new InvalidOperationException($"The contract has no word for a download that is {view.Kind}."),
            },
            view.FileName,
            view.Bytes,
            view.Sha256,
            view.RequestedBy,
            view.CreatedAt,
            view.ExpiresAt,
            view.TakenAt
        );

    public static Client.BackupRepository ToContract(this RepositoryView view) =>
        new(view.Id, view.TargetId, view.Target, view.Address, view.ResticId, view.InitialisedAt);
}
