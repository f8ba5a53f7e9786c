using HostingPanel.Blueprints;
using HostingPanel.Sites;
using HostingPanel.Volumes;

namespace HostingPanel.Backups;

/// <summary>What a restore point of a site takes, and what it leaves out and why. Pure; the coverage view says the same.</summary>
/// <param name="Databases">Those that are dumped, by the order of the blueprint.</param>
/// <param name="Volumes">Those whose files are taken, by name.</param>
/// <param name="LeftOut">The rest.</param>
internal sealed record BackupScope(
    IReadOnlyList<BlueprintDatabase> Databases,
    IReadOnlyList<Volume> Volumes,
    IReadOnlyList<ManifestOmission> LeftOut
)
{
    /// <summary>Decides it.</summary>
    /// <param name="site">The site with its volumes.</param>
    /// <param name="excluded">Databases that somebody has excluded, with the reason.</param>
    public static BackupScope Of(SiteAssembly site, IReadOnlyDictionary<string, string> excluded)
    {
        var there = site
            .Site.Volumes.Where(volume => volume.State == VolumeState.InUse)
            .OrderBy(volume => volume.Name, StringComparer.Ordinal)
            .Select(volume => (Volume: volume, Why: CoverageRules.WhyExcluded(volume, site.Blueprint)))
            .ToList();
        return new BackupScope(
            [.. site.Blueprint.Databases.Where(database => !excluded.ContainsKey(database.Name))],
            [.. there.Where(pair => pair.Why is null).Select(pair => pair.Volume)],
            [
                .. there
                    .Where(pair => pair.Why is not null)
                    .Select(pair => new ManifestOmission("volume", pair.Volume.Name, pair.Why!.Reason)),
                .. site
                    .Blueprint.Databases.Where(database => excluded.ContainsKey(database.Name))
                    .Select(database => new ManifestOmission("database", database.Name, excluded[database.Name])),
                .. site
                    .Site.Volumes.Where(volume => volume.State == VolumeState.Trashed)
                    .OrderBy(volume => volume.Name, StringComparer.Ordinal)
                    .Select(volume => new ManifestOmission("volume", volume.Name, "It is in the trash.")),
            ]
        );
    }
}
