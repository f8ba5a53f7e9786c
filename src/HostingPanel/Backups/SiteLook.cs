namespace HostingPanel.Backups;

/// <summary>How a site presented itself when a restore point of it was taken: what one that is restored is compared with.</summary>
/// <param name="Front">Its front page; null where it did not answer.</param>
/// <param name="Application">What its status hook said; null where it has none or that failed.</param>
internal sealed record SiteLook(ManifestFront? Front, ManifestApplication? Application);

/// <summary>A front page.</summary>
/// <param name="Status">The HTTP status that it came with.</param>
/// <param name="Title">Its title; null where it has none.</param>
internal sealed record ManifestFront(int Status, string? Title);

/// <summary>An application by its own words.</summary>
/// <param name="IsInstalled">False for one that waits to be installed; null where it does not say.</param>
/// <param name="Version">Its version; null where it does not say.</param>
internal sealed record ManifestApplication(bool? IsInstalled, string? Version);
