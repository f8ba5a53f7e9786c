using System.Text.RegularExpressions;
using HostingPanel.Sites;

namespace HostingPanel.Volumes;

/// <summary>What a volume may be called, and what may be done to it in which state.</summary>
internal static partial class VolumeRules
{
    /// <summary>Refuses to take out of the trash what is deleted in part.</summary>
    public const string PurgeBegun = "purge-begun";

    /// <summary>Why it is no name, or null. It becomes a part of the name in the engine.</summary>
    public static string? NameFault(string? name) =>
        name switch
        {
            null or "" => "A name is needed, such as “content-copy”.",
            { Length: > Volume.MaxNameLength } => $"A volume's name has at most {Volume.MaxNameLength} characters.",
            _ when !NamePattern().IsMatch(name) =>
                "A volume's name has lower-case letters a–z, digits and single hyphens, starts with a letter and does not end with a hyphen, such as “content-copy”.",
            _ => null,
        };

    /// <summary>Why nothing can be done with volumes of a site in this state, or null.</summary>
    public static Problem? SiteFault(Site site) =>
        site.State switch
        {
            SiteState.Running or SiteState.Stopped => null,
            SiteState.Trashed => Refused("site-is-trashed", $"{site.Slug} is in the trash. Take it out first."),
            SiteState.New => Refused("site-is-new", $"{site.Slug} has not been provisioned yet; it has no volumes in the engine."),
            SiteState.Failed => Refused("site-is-failed", $"{site.Slug} was never provisioned; it has no volumes in the engine."),
            _ => throw new InvalidOperationException($"Volumes of a site that is {site.State} are not written down."),
        };

    public static Problem? TrashFault(Volume volume) =>
        MountedFault(volume)
        ?? volume.State switch
        {
            VolumeState.InUse => null,
            VolumeState.Trashed => Refused("volume-is-trashed", $"{volume.Name} is in the trash already."),
            VolumeState.New => Refused("volume-is-new", $"{volume.Name} is still being made. Cancel that instead."),
            _ => throw new InvalidOperationException($"Trashing a volume that is {volume.State} is not written down."),
        };

    /// <summary>For purging.</summary>
    public static Problem? TrashedFault(Volume volume) =>
        MountedFault(volume)
        ?? (
            volume.State == VolumeState.Trashed
                ? null
                : Refused("volume-not-trashed", $"{volume.Name} is not in the trash. Only what is in the trash can be taken out or purged.")
        );

    /// <summary>For taking out of the trash.</summary>
    public static Problem? RestoreFault(Volume volume) =>
        TrashedFault(volume)
        ?? (
            volume.PurgeBegunAt is null
                ? null
                : Refused(PurgeBegun, $"It was begun to purge {volume.Name}, so part of it may be deleted. Purge it again.")
        );

    public static Problem? CloneFault(Volume volume) =>
        volume.State switch
        {
            VolumeState.InUse => null,
            VolumeState.Trashed => Refused("volume-is-trashed", $"{volume.Name} is in the trash. Take it out first."),
            VolumeState.New => Refused("volume-is-new", $"{volume.Name} is still being made."),
            _ => throw new InvalidOperationException($"Cloning a volume that is {volume.State} is not written down."),
        };

    private static Problem? MountedFault(Volume volume) =>
        volume.StandsAlone
            ? null
            : Refused(
                "volume-is-mounted",
                $"{volume.Name} is mounted by {string.Join(" and ", volume.MountedBy.Select(mount => mount.Split(':')[0]).Distinct(StringComparer.Ordinal))}. It goes to the trash, and from there, only with its whole site."
            );

    /// <summary>What an operation on a volume is about, for people.</summary>
    public static string TargetOf(Site site, string volume) => $"{site.Slug}/{volume}";

    public static Problem Refused(string code, string message) => new(ProblemKind.Conflict, code, message);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();
}
