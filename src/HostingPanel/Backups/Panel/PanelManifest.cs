using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Backups.Panel;

/// <summary>What a backup of the panel is; it lies in the snapshot beside the dump, and <c>hp-fetch-panel</c> compares with it.</summary>
/// <param name="Backup">Which.</param>
/// <param name="Installation">The installation's name.</param>
/// <param name="TakenAt">The moment that it is of.</param>
/// <param name="Server">The version of PostgreSQL.</param>
/// <param name="Bytes">Of the dump.</param>
/// <param name="Sha256">Of the dump.</param>
/// <param name="Rows">Of each table, counted in the dump and, at the same moment, in the database.</param>
internal sealed record PanelManifest(
    Guid Backup,
    string Installation,
    DateTimeOffset TakenAt,
    string Server,
    long Bytes,
    string Sha256,
    IReadOnlyDictionary<string, long> Rows
)
{
    public const int NewestFormat = 1;

    public int Format { get; init; } = NewestFormat;

    /// <summary>What reading back has to find.</summary>
    public static ExpectedSet Expected(string text) =>
        new(
            new ExpectedManifest(BackupNames.Manifest, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))),
            [new ExpectedSource(BackupNames.Dumps) { Files = 1, Bytes = BackupJson.Read<PanelManifest>(text).Bytes }]
        );
}
