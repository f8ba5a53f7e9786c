namespace HostingPanel.Backups.Panel;

/// <summary>A backup of the panel, as it is shown.</summary>
/// <param name="Id">Its identity: that of the operation that took it.</param>
/// <param name="State">Whether it is good.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="TakenAt">The moment that it is of.</param>
/// <param name="FinishedAt">When it became good or failed.</param>
/// <param name="Bytes">Of the dump.</param>
/// <param name="Tables">How many tables it has.</param>
/// <param name="Rows">How many rows they have.</param>
/// <param name="FaultCode">Why it failed, a stable word.</param>
/// <param name="Fault">The same for people.</param>
/// <param name="Copies">Where it lies.</param>
public sealed record PanelBackupView(
    Guid Id,
    RestorePointState State,
    string RequestedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? TakenAt,
    DateTimeOffset? FinishedAt,
    long Bytes,
    int Tables,
    long Rows,
    string? FaultCode,
    string? Fault,
    IReadOnlyList<PanelBackupCopyView> Copies
)
{
    internal static PanelBackupView From(PanelBackup backup, IReadOnlyDictionary<Guid, string> targets) =>
        new(
            backup.Id,
            backup.State,
            backup.RequestedByName,
            backup.StartedAt,
            backup.TakenAt,
            backup.FinishedAt,
            backup.Bytes,
            backup.Tables,
            backup.Rows,
            backup.FaultCode,
            backup.Fault,
            [
                .. backup
                    .Copies.Select(copy => new PanelBackupCopyView(
                        targets.GetValueOrDefault(copy.RepositoryId) ?? "a target that is gone",
                        copy.SnapshotId,
                        copy.AddedBytes,
                        copy.ReadBackAt,
                        copy.ForgottenAt,
                        copy.FaultCode,
                        copy.Fault
                    ))
                    .OrderBy(copy => copy.Target, StringComparer.Ordinal),
            ]
        );
}

/// <summary>A backup of the panel at one target.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Snapshot">What restic calls it.</param>
/// <param name="AddedBytes">What it added to the repository.</param>
/// <param name="ReadBackAt">When it was read back and found whole.</param>
/// <param name="ForgottenAt">Since when it lies there no more, because newer ones do.</param>
/// <param name="FaultCode">Why it is not whole, a stable word.</param>
/// <param name="Fault">The same for people.</param>
public sealed record PanelBackupCopyView(
    string Target,
    string? Snapshot,
    long? AddedBytes,
    DateTimeOffset? ReadBackAt,
    DateTimeOffset? ForgottenAt,
    string? FaultCode,
    string? Fault
);

/// <summary>How well the panel itself is prepared for the loss of its machine.</summary>
/// <param name="LastGood">The newest good backup; null while there is none.</param>
/// <param name="FailedAt">When one failed since; null when none did.</param>
/// <param name="Fault">Why.</param>
/// <param name="KitNumber">The newest recovery kit; null while none was written.</param>
/// <param name="KitWrittenAt">When it was written.</param>
/// <param name="KitIsCurrent">False when targets or settings have changed since, or there is none.</param>
public sealed record PanelBackupStateView(
    PanelBackupView? LastGood,
    DateTimeOffset? FailedAt,
    string? Fault,
    int? KitNumber,
    DateTimeOffset? KitWrittenAt,
    bool KitIsCurrent
);
