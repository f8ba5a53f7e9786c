using HostingPanel.Sites.Disposability;

namespace HostingPanel.Backups;

/// <summary>How a site presented itself when a restore point of it was taken: what one that is restored is compared with.</summary>
/// <param name="Front">Its front page; null where it did not answer.</param>
/// <param name="Application">What its status hook said; null where it has none or that failed.</param>
internal sealed record SiteLook(ManifestFront? Front, ManifestApplication? Application)
{
    /// <summary>What its volumes hold; null while they were not counted.</summary>
    public IReadOnlyList<VolumeFingerprint>? Volumes { get; init; }

    /// <summary>What is written down, with what was seen now: its parts are looked at side by side.</summary>
    public static string With(string? written, Func<SiteLook, SiteLook> seen) =>
        BackupJson.Write(seen(written is null ? new SiteLook(null, null) : BackupJson.Read<SiteLook>(written)));
}

/// <summary>A front page.</summary>
/// <param name="Status">The HTTP status that it came with.</param>
/// <param name="Title">Its title; null where it has none.</param>
internal sealed record ManifestFront(int Status, string? Title);

/// <summary>An application by its own words.</summary>
/// <param name="IsInstalled">False for one that waits to be installed; null where it does not say.</param>
/// <param name="Version">Its version; null where it does not say.</param>
internal sealed record ManifestApplication(bool? IsInstalled, string? Version);
