using HostingPanel.Backups;
using HostingPanel.Backups.Panel;

namespace HostingPanel.Web.Backups;

/// <summary>Restore points and targets in the words of the REST contract.</summary>
internal static class BackupContract
{
    public static Client.RestorePoint ToContract(this RestorePointView view) =>
        new(
            view.Id,
            view.Site,
            ToContract(view.Reason),
            view.RequestedBy,
            ToContract(view.State),
            view.StartedAt,
            view.TakenAt,
            view.FinishedAt,
            view.DatabaseBytes,
            view.FileBytes,
            view.Files,
            view.Databases,
            view.VolumeIds,
            FaultOf(view.FaultCode, view.Fault),
            view.ProvedAt,
            view.Proof?.TotalSeconds,
            [
                .. view.Copies.Select(copy => new Client.RestorePointCopy(
                    copy.TargetId,
                    copy.Target,
                    ToContract(copy.Kind),
                    copy.Snapshot,
                    copy.AddedBytes,
                    copy.ReadBackAt,
                    FaultOf(copy.FaultCode, copy.Fault)
                )
                {
                    ProvedAt = copy.ProvedAt,
                    RefutedAt = copy.RefutedAt,
                }),
            ]
        )
        {
            SuspectedAt = view.SuspectedAt,
            Suspicion = FaultOf(view.SuspicionCode, view.Suspicion),
        };

    public static Client.RestorePointManifest ToContract(this ManifestView view) => new(view.Json, view.Signature);

    public static Client.BackupTarget ToContract(this BackupTargetView view) =>
        new(
            view.Id,
            view.Name,
            ToContract(view.Kind),
            view.Address,
            view.UploadKib,
            view.CreatedAt,
            view.RetiredAt,
            view.Repositories,
            view.LastSuccessAt,
            view.LastFaultAt,
            FaultOf(view.LastFaultCode, view.LastFault)
        );

    public static Client.PanelBackup ToContract(this PanelBackupView view) =>
        new(
            view.Id,
            ToContract(view.State),
            view.RequestedBy,
            view.StartedAt,
            view.TakenAt,
            view.FinishedAt,
            view.Bytes,
            view.Tables,
            view.Rows,
            FaultOf(view.FaultCode, view.Fault),
            [
                .. view.Copies.Select(copy => new Client.PanelBackupCopy(
                    copy.Target,
                    copy.Snapshot,
                    copy.AddedBytes,
                    copy.ReadBackAt,
                    copy.ForgottenAt,
                    FaultOf(copy.FaultCode, copy.Fault)
                )),
            ]
        );

    public static Client.PanelBackupState ToContract(this PanelBackupStateView view) =>
        new(
            view.LastGood?.ToContract(),
            view.FailedAt,
            view.Fault,
            view is { KitNumber: { } number, KitWrittenAt: { } writtenAt }
                ? new Client.RecoveryKit(number, writtenAt, view.KitIsCurrent)
                : null
        );

    /// <summary>A kind as callers name it.</summary>
    public static TargetKind? FromContract(Client.TargetKind? kind) =>
        kind switch
        {
            null => null,
            Client.TargetKind.Local => TargetKind.Local,
            Client.TargetKind.Sftp => TargetKind.Sftp,
            Client.TargetKind.S3 => TargetKind.S3,
            Client.TargetKind.Rest => TargetKind.Rest,
            _ => throw new InvalidOperationException($"{kind} is no kind of the contract."),
        };

    private static Client.RestorePointState ToContract(RestorePointState state) =>
        state switch
        {
            RestorePointState.Taking => Client.RestorePointState.Taking,
            RestorePointState.Good => Client.RestorePointState.Good,
            RestorePointState.Failed => Client.RestorePointState.Failed,
            RestorePointState.Going => Client.RestorePointState.Going,
            _ => throw new InvalidOperationException($"The contract has no word for a restore point that is {state}."),
        };

    private static Client.TargetKind ToContract(TargetKind kind) =>
        kind switch
        {
            TargetKind.Local => Client.TargetKind.Local,
            TargetKind.Sftp => Client.TargetKind.Sftp,
            TargetKind.S3 => Client.TargetKind.S3,
            TargetKind.Rest => Client.TargetKind.Rest,
            _ => throw new InvalidOperationException($"The contract has no word for a target of kind {kind}."),
        };

    public static Client.RestorePointReason ToContract(RestorePointReason reason) =>
        reason switch
        {
            RestorePointReason.Manual => Client.RestorePointReason.Manual,
            RestorePointReason.Schedule => Client.RestorePointReason.Schedule,
            RestorePointReason.PreUpgrade => Client.RestorePointReason.PreUpgrade,
            RestorePointReason.Safety => Client.RestorePointReason.Safety,
            _ => throw new InvalidOperationException($"The contract has no word for the reason {reason}."),
        };

    public static Client.BackupFault? FaultOf(string? code, string? message) =>
        code is null ? null : new Client.BackupFault(code, message ?? code);
}
