namespace HostingPanel.Backups.Drills;

/// <summary>What a <see cref="DrillRestorePoint"/> is about. The steps of restoring read the same two as <c>RestoreArguments</c>.</summary>
/// <param name="RestorePointId">What is drilled.</param>
/// <param name="RepositoryId">From which copy.</param>
internal sealed record DrillArguments(Guid RestorePointId, Guid RepositoryId);
