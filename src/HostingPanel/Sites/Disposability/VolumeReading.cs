using HostingPanel.Platform;

namespace HostingPanel.Sites.Disposability;

/// <summary>How volumes are read.</summary>
/// <param name="Timeout">How long it may take.</param>
internal sealed record VolumeReading(TimeSpan Timeout)
{
    /// <summary>True to wait until what was written just now is on the disk.</summary>
    public bool UntilOnDisk { get; init; }

    /// <summary>True for checksums over an archive of the files, as manifests of the first format have them.</summary>
    public bool AsArchive { get; init; }

    /// <summary>
    /// Where the checksum of each file is kept, so that one whose size, times and inode are those of the last time is not read again; null
    /// reads them all, as whoever wants to know what is on the disk now must.
    /// </summary>
    public VolumeMount? Checksums { get; init; }
}

/// <summary>What was found in volumes.</summary>
/// <param name="Volumes">Each, in the order in which they were asked for.</param>
/// <param name="Lists">By a volume's name its list of files (<see cref="FileList"/>), where it is not too long.</param>
/// <param name="FilesRead">Plain files whose contents were read for that.</param>
internal sealed record FoundVolumes(IReadOnlyList<VolumeFingerprint> Volumes, IReadOnlyDictionary<string, byte[]> Lists, long FilesRead);
