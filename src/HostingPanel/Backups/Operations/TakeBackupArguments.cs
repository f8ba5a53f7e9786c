namespace HostingPanel.Backups.Operations;

/// <summary>What a <see cref="TakeBackup"/> is about.</summary>
/// <param name="Reason">Why it is taken.</param>
/// <param name="TargetIds">Where copies of it are to lie; the same in every life of the worker.</param>
internal sealed record TakeBackupArguments(RestorePointReason Reason, IReadOnlyList<Guid> TargetIds);
