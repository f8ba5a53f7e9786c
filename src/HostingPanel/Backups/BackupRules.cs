using HostingPanel.Blueprints;
using HostingPanel.Sites;
using HostingPanel.Volumes;

namespace HostingPanel.Backups;

/// <summary>What is refused, and in which words; and what a backup needs.</summary>
internal static class BackupRules
{
    /// <summary>Why no restore point of a site in this state can be taken, or null.</summary>
    public static Problem? SiteFault(Site site) =>
        VolumeRules.SiteFault(site)
        ?? (
            site.State == SiteState.Stopped
                ? VolumeRules.Refused(
                    "site-is-stopped",
                    $"{site.Slug} is stopped. Start it first: a restore point needs its database server."
                )
                : null
        );

    /// <summary>
    /// How many bytes a backup may take on the node, by the last good one of the site, and where there is none by what was measured: the
    /// dumps, with as much again for what they have grown, and the copy at the local target.
    /// </summary>
    public static long RoomFor(Site site, BackupScope scope, RestorePoint? before) =>
        before is not null
            ? (before.DatabaseBytes * 2) + (before.Copies.Max(copy => copy.AddedBytes) ?? 0)
            : (site.Volumes.Where(volume => volume.Kind == VolumeKind.Database).Sum(volume => volume.Bytes ?? 0) * 2)
                + scope.Volumes.Sum(volume => volume.Bytes ?? 0);
}
