using HostingPanel.Blueprints;

namespace HostingPanel.Backups;

/// <summary>What a restore point has in it, read from its manifest for people.</summary>
/// <param name="Blueprint">What kind of site it was.</param>
/// <param name="BlueprintVersion">The version of that blueprint.</param>
/// <param name="Domains">The site's host names then.</param>
/// <param name="WasLive">True when the site ran meanwhile, so files may have changed while they were taken.</param>
/// <param name="Services">The releases that it ran.</param>
/// <param name="Servers">The database servers' versions.</param>
/// <param name="Databases">Its databases.</param>
/// <param name="NotTransactional">Tables whose rows need not be of one moment, as <c>database.table</c>.</param>
/// <param name="Volumes">Its volumes.</param>
/// <param name="LeftOut">What is not in it, and why.</param>
/// <param name="Secrets">The names of the site's own secrets in it; they are encrypted.</param>
/// <param name="Signature">The panel's signature of the manifest.</param>
public sealed record RestorePointContents(
    string Blueprint,
    int BlueprintVersion,
    IReadOnlyList<string> Domains,
    bool WasLive,
    IReadOnlyList<ContentService> Services,
    IReadOnlyList<string> Servers,
    IReadOnlyList<ContentDatabase> Databases,
    IReadOnlyList<string> NotTransactional,
    IReadOnlyList<ContentVolume> Volumes,
    IReadOnlyList<ContentOmission> LeftOut,
    IReadOnlyList<string> Secrets,
    string Signature
)
{
    internal static RestorePointContents From(Manifest manifest, string signature) =>
        new(
            manifest.Site.Blueprint,
            manifest.Site.BlueprintVersion,
            manifest.Site.Domains,
            manifest.Site.IsLive,
            [.. manifest.Services.Select(service => new ContentService(service.Name, service.Image))],
            manifest.Servers,
            [
                .. manifest.Databases.Select(database => new ContentDatabase(
                    database.Name,
                    database.Bytes,
                    database.Tables,
                    database.Views,
                    database.Triggers,
                    database.Routines,
                    database.Events,
                    database.Rows
                )),
            ],
            manifest.NotTransactional,
            [
                .. manifest.Volumes.Select(volume => new ContentVolume(
                    volume.Id,
                    volume.Name,
                    volume.Kind,
                    volume.Files,
                    volume.Bytes,
                    volume.Unread
                )),
            ],
            [.. manifest.LeftOut.Select(part => new ContentOmission(part.What, part.Name, part.Why))],
            [.. manifest.Secrets.Keys.Order(StringComparer.Ordinal)],
            signature
        );
}

/// <summary>A service with the release that it ran.</summary>
public sealed record ContentService(string Name, string Image);

/// <summary>A database, with the rows of each table.</summary>
public sealed record ContentDatabase(
    string Name,
    long Bytes,
    int Tables,
    int Views,
    int Triggers,
    int Routines,
    int Events,
    IReadOnlyDictionary<string, long> Rows
);

/// <summary>A volume; <paramref name="Unread"/> is how many of its names could not be read.</summary>
public sealed record ContentVolume(Guid Id, string Name, VolumeKind Kind, long Files, long Bytes, int Unread);

/// <summary>What is not in a restore point: a <c>volume</c>, a <c>database</c>, or names in a volume.</summary>
public sealed record ContentOmission(string What, string Name, string Why);
