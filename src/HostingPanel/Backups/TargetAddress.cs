namespace HostingPanel.Backups;

/// <summary>Where a target and its repositories are. Every part was checked by <see cref="TargetRules"/> before it was stored.</summary>
internal static class TargetAddress
{
    /// <summary>A repository, as restic wants to be told.</summary>
    public static string Of(BackupTarget target, Guid repository) =>
        target.Kind switch
        {
            TargetKind.Local => $"{BackupNames.Target}/{repository:N}",
            // Two slashes: an absolute path.
            TargetKind.Sftp => $"sftp://{target.User}@{HostOf(target)}/{target.Path}/{repository:N}",
            TargetKind.S3 => $"s3:{Scheme(target)}://{HostOf(target)}{target.Path}/{repository:N}",
            TargetKind.Rest => $"rest:{Scheme(target)}://{HostOf(target)}{target.Path}/{repository:N}/",
            _ => throw new InvalidOperationException($"The address of a target of kind {target.Kind} is not written down."),
        };

    /// <summary>Where a target is, for people; null for a local one.</summary>
    public static string? Show(BackupTarget target) =>
        target.Kind switch
        {
            TargetKind.Local => null,
            TargetKind.Sftp => $"sftp://{target.User}@{HostOf(target)}{target.Path}",
            TargetKind.S3 or TargetKind.Rest => $"{Scheme(target)}://{HostOf(target)}{target.Path}",
            _ => throw new InvalidOperationException($"The address of a target of kind {target.Kind} is not written down."),
        };

    private static string Scheme(BackupTarget target) => target.UsesTls ? "https" : "http";

    private static string HostOf(BackupTarget target) =>
        target.Port is { } port ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{target.Host}:{port}") : target.Host!;
}
