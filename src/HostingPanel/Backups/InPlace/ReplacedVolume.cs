using HostingPanel.Blueprints;
using HostingPanel.Sites;
using HostingPanel.Volumes;

namespace HostingPanel.Backups.InPlace;

/// <summary>A volume of a site that a restore in place puts a new one in the place of. Pure.</summary>
/// <param name="Volume">What the site has now.</param>
/// <param name="Taken">What of it is in the restore point; null where it comes back without files: a cache, or a server's that is loaded.</param>
internal sealed record ReplacedVolume(Volume Volume, ManifestVolume? Taken)
{
    /// <summary>
    /// Those whose files are in the restore point, those of the database servers whose databases are, and caches: what was made of other data
    /// must not be served beside these. Volumes that no service mounts stay where they are.
    /// </summary>
    public static IReadOnlyList<ReplacedVolume> Of(Manifest manifest, SiteAssembly site)
    {
        var servers = manifest.Databases.Select(database => database.Service).ToHashSet(StringComparer.Ordinal);
        var ofServers = site
            .Blueprint.Services.Where(service => servers.Contains(service.Name))
            .SelectMany(service => service.Mounts)
            .Select(mount => mount.Volume)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. site
                .Blueprint.Volumes.OrderBy(recipe => recipe.Name, StringComparer.Ordinal)
                .Select(recipe =>
                    (
                        Recipe: recipe,
                        Volume: site.Site.Volumes.SingleOrDefault(volume => volume.Name == recipe.Name),
                        Taken: manifest.Volumes.SingleOrDefault(volume => volume.Name == recipe.Name)
                    )
                )
                .Where(pair => pair.Volume is not null)
                .Where(pair => pair.Taken is not null || pair.Recipe.Kind == VolumeKind.Cache || ofServers.Contains(pair.Recipe.Name))
                .Select(pair => new ReplacedVolume(pair.Volume!, pair.Taken)),
        ];
    }
}
