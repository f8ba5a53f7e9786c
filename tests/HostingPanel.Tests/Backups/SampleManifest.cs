using HostingPanel.Backups;
using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Backups;

/// <summary>Manifests to compare.</summary>
internal static class SampleManifest
{
    /// <summary>Of a site with one database and one volume.</summary>
    public static Manifest Of(
        IReadOnlyDictionary<string, long> rows,
        long dumpBytes = 1 << 20,
        long files = 1000,
        long fileBytes = 10 << 20
    ) =>
        new()
        {
            RestorePoint = Guid.Empty,
            Installation = "hp",
            TakenAt = DateTimeOffset.UnixEpoch,
            Reason = RestorePointReason.Manual,
            Site = new ManifestSite(Guid.Empty, "food-bank", "Food Bank", "a@example.org", Guid.Empty, "live", [], "wordpress", 1, true),
            Services = [new ManifestService("web", "wordpress:1"), new ManifestService("db", "mariadb:1")],
            Servers = ["11.8"],
            Databases = [new DumpedDatabase("main", "db", "main.sql", dumpBytes, "00", rows.Count, 1, 1, 0, 0, rows)],
            NotTransactional = [],
            Volumes = [new ManifestVolume(Guid.Empty, "content", VolumeKind.Files, false, files, fileBytes, "00", 0)],
            LeftOut = [],
            Secrets = new Dictionary<string, byte[]>(StringComparer.Ordinal),
        };

    public static IReadOnlyDictionary<string, long> Rows(params (string Table, long Rows)[] tables) =>
        tables.ToDictionary(table => table.Table, table => table.Rows, StringComparer.Ordinal);
}
