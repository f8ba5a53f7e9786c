using HostingPanel.Operations;

namespace HostingPanel.Backups.Upkeep;

/// <summary>What is to be done to one repository.</summary>
/// <param name="Operation">By which operation.</param>
/// <param name="Repository">As its row was read for this step.</param>
/// <param name="Target">Where it is.</param>
/// <param name="Index">Which of the operation's repositories it is.</param>
internal sealed record RepositoryWork(Operation Operation, BackupRepository Repository, BackupTarget Target, int Index);
