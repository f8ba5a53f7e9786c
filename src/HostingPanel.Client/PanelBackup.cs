namespace HostingPanel.Client;

/// <summary>A backup of the panel itself.</summary>
/// <param name="Id">Its identity: that of the operation that took it.</param>
/// <param name="State">Whether it is good.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="TakenAt">The moment that it is of.</param>
/// <param name="FinishedAt">When it became good or failed.</param>
/// <param name="Bytes">Of the dump.</param>
/// <param name="Tables">How many tables it has.</param>
/// <param name="Rows">How many rows they have.</param>
/// <param name="Fault">Why it failed; null when it did not.</param>
/// <param name="Copies">Where it lies.</param>
public sealed record PanelBackup(
    Guid Id,
    RestorePointState State,
    string RequestedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? TakenAt,
    DateTimeOffset? FinishedAt,
    long Bytes,
    int Tables,
    long Rows,
    BackupFault? Fault,
    IReadOnlyList<PanelBackupCopy> Copies
);

/// <summary>A backup of the panel at one target.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Snapshot">What restic calls it.</param>
/// <param name="AddedBytes">What it added to the repository.</param>
/// <param name="ReadBackAt">When it was read back and found whole.</param>
/// <param name="ForgottenAt">Since when it lies there no more, because newer ones do.</param>
/// <param name="Fault">Why it is not whole; null when nothing is known to be wrong with it.</param>
public sealed record PanelBackupCopy(
    string Target,
    string? Snapshot,
    long? AddedBytes,
    DateTimeOffset? ReadBackAt,
    DateTimeOffset? ForgottenAt,
    BackupFault? Fault
);

/// <summary>How well the panel itself is prepared for the loss of its machine.</summary>
/// <param name="LastGood">The newest good backup; null while there is none.</param>
/// <param name="FailedAt">When one failed since; null when none did.</param>
/// <param name="Fault">Why.</param>
/// <param name="Kit">The newest recovery kit; null while none was written.</param>
public sealed record PanelBackupState(PanelBackup? LastGood, DateTimeOffset? FailedAt, string? Fault, RecoveryKit? Kit);

/// <summary>The file that brings the panel back on another machine; <c>./panel recovery-kit</c> writes it.</summary>
/// <param name="Number">Counts from 1; it stands in the file.</param>
/// <param name="WrittenAt">When it was written.</param>
/// <param name="IsCurrent">False when targets or settings have changed since: write a new one.</param>
public sealed record RecoveryKit(int Number, DateTimeOffset WrittenAt, bool IsCurrent);

/// <summary>What is wanted of a backup of the panel.</summary>
/// <param name="Target">The name of the one target that a copy is to lie at; null for every one that is in use.</param>
public sealed record PanelBackupRequest(string? Target = null);
