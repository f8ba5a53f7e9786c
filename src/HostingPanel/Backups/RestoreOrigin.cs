using HostingPanel.Blueprints;
using HostingPanel.Sites;

namespace HostingPanel.Backups;

/// <summary>What a site is made from that is made out of a restore point.</summary>
internal static class RestoreOrigin
{
    /// <param name="manifest">What the restore point says of itself.</param>
    /// <param name="blueprint">The site's blueprint as it is now; null where it is not installed any more.</param>
    /// <param name="kind">What builds it.</param>
    /// <param name="arguments">What that needs to know.</param>
    public static SiteOrigin Of(Manifest manifest, Blueprint? blueprint, string kind, object arguments) =>
        new(
            kind,
            arguments,
            manifest.Services.ToDictionary(service => service.Name, service => service.Image, StringComparer.Ordinal),
            [
                .. manifest
                    .Volumes.Where(volume => blueprint?.Volumes.Any(mounted => mounted.Name == volume.Name) != true)
                    .Select(volume => (volume.Name, volume.Kind)),
            ]
        );
}
