namespace HostingPanel.Backups.Browsing;

/// <summary>What an operation on the content of a restore point is about.</summary>
/// <param name="RestorePointId">Out of which.</param>
/// <param name="RepositoryId">From which copy.</param>
/// <param name="Choice">What of it.</param>
internal sealed record FetchArguments(Guid RestorePointId, Guid RepositoryId, FetchChoice Choice);

/// <summary>A part of a restore point. Either of a volume, or of a database, or all of it.</summary>
internal sealed record FetchChoice
{
    public required DownloadKind Kind { get; init; }
    public string? Volume { get; init; }

    /// <summary>Within the volume, without a slash at their beginnings; an empty one is the whole volume.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
    public string? Database { get; init; }

    /// <summary>None for all.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The chosen paths as the snapshot has them.</summary>
    public IReadOnlyList<string> FilesInSnapshot =>
        [.. Paths.Select(path => path.Length == 0 ? BackupNames.Volume(Volume!) : $"{BackupNames.Volume(Volume!)}/{path}")];

    /// <summary>Everything that has to be fetched, as the snapshot has it.</summary>
    public IReadOnlyList<string> InSnapshot(Manifest manifest) =>
        Kind switch
        {
            DownloadKind.Files => FilesInSnapshot,
            DownloadKind.Tables => [$"{BackupNames.Dumps}/{manifest.Databases.Single(database => database.Name == Database).File}"],
            DownloadKind.Whole =>
            [
                .. manifest.Databases.Count > 0 ? [BackupNames.Dumps] : Array.Empty<string>(),
                .. manifest.Volumes.Select(volume => BackupNames.Volume(volume.Name)),
            ],
            _ => throw new InvalidOperationException($"{Kind} is no part of a restore point."),
        };
}
