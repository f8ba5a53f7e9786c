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
    /// dumps twice while they are split, and the copy at the local target.
    /// </summary>
    public static long RoomFor(Site site, BackupScope scope, RestorePoint? before) =>
        before is not null
            ? (before.DatabaseBytes * 2) + (before.Copies.Max(copy => copy.AddedBytes) ?? 0)
            : (site.Volumes.Where(volume => volume.Kind == VolumeKind.Database).Sum(volume => volume.Bytes ?? 0) * 2)
                + scope.Volumes.Sum(volume => volume.Bytes ?? 0);

    /// <summary>Why nothing can be restored from it, or null.</summary>
    public static Problem? NotGoodFault(RestorePoint point) =>
        point.State switch
        {
            RestorePointState.Good => null,
            RestorePointState.Taking => VolumeRules.Refused(
                "restore-point-not-good",
                "This restore point is just being taken. Wait until it is good."
            ),
            _ => VolumeRules.Refused(
                "restore-point-not-good",
                "This restore point failed: there is no copy of it that is known to be whole. Choose another one."
            ),
        };

    /// <summary>Refuses where there is no whole copy.</summary>
    /// <param name="target">The target that one was wanted from; null for any.</param>
    public static Problem NoCopyFault(string? target) =>
        VolumeRules.Refused(
            "copy-not-found",
            target is null
                ? "No target has a whole copy of this restore point any more."
                : $"There is no whole copy of this restore point at “{target}”."
        );
}
