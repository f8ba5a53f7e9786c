using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Backups;

/// <summary>A copy to be made.</summary>
/// <param name="Site">Of which site.</param>
/// <param name="Operation">By which operation; its id is the restore point's.</param>
/// <param name="Target">Where to.</param>
/// <param name="Index">Which of the operation's targets it is.</param>
/// <param name="Scratch">The volume with dumps and manifest.</param>
/// <param name="Volumes">The site's volumes, to be read only.</param>
/// <param name="Manifest">The manifest, as it lies there.</param>
internal sealed record CopyWork(
    SiteAssembly Site,
    Operation Operation,
    BackupTarget Target,
    int Index,
    VolumeMount Scratch,
    IReadOnlyList<VolumeMount> Volumes,
    string Manifest
)
{
    /// <summary>What the snapshot is made of: the same paths each time.</summary>
    public IReadOnlyList<string> Paths =>
        [BackupNames.Dumps, BackupNames.Manifest, BackupNames.Signature, .. Volumes.Select(volume => volume.Path)];
}
