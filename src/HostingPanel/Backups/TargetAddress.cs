namespace HostingPanel.Backups;

/// <summary>Where a repository is, as restic wants to be told.</summary>
internal static class TargetAddress
{
    public static string Of(BackupTarget target, Guid repository) =>
        target.Kind switch
        {
            TargetKind.Local => $"{BackupNames.Target}/{repository:N}",
            _ => throw new InvalidOperationException($"The address of a target of kind {target.Kind} is not written down."),
        };

    /// <summary>Where a target is, for people; null for a local one.</summary>
    public static string? Show(BackupTarget target) =>
        target.Kind switch
        {
            TargetKind.Local => null,
            _ => throw new InvalidOperationException($"The address of a target of kind {target.Kind} is not written down."),
        };
}
