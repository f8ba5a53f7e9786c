using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Backups;

/// <summary>What must be found when a snapshot is read back: the <c>expected.json</c> of <c>hp-restic readback</c>.</summary>
/// <remarks>
/// A running site writes while it is taken, so that its volumes need not be what was counted a moment before; but what is less than half of
/// it is no set of that site.
/// </remarks>
internal sealed record ExpectedSet(ExpectedManifest Manifest, IReadOnlyList<ExpectedSource> Sources)
{
    public static ExpectedSet Of(string text)
    {
        var manifest = BackupJson.Read<Manifest>(text);
        return new ExpectedSet(
            new ExpectedManifest(BackupNames.Manifest, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))),
            [
                new ExpectedSource(BackupNames.Dumps)
                {
                    Files = manifest.Databases.Count,
                    Bytes = manifest.Databases.Sum(database => database.Bytes),
                },
                .. manifest.Volumes.Select(volume => Of(volume, manifest.Site.IsLive)),
            ]
        );
    }

    /// <summary>
    /// Compares once more what the job told it has found: the panel calls nothing good because of an exit code alone.
    /// </summary>
    /// <returns>Why it is not whole; null when it is.</returns>
    public string? FaultIn(IReadOnlyList<FoundSource> found)
    {
        foreach (var source in Sources)
        {
            if (found.SingleOrDefault(there => there.Path == source.Path) is not { } there)
            {
                return $"{source.Path} was not found when the snapshot was read back.";
            }

            if (
                (source.Files ?? there.Files) != there.Files
                || (source.Bytes ?? there.Bytes) != there.Bytes
                || source.MinFiles > there.Files
                || source.MinBytes > there.Bytes
            )
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source.Path} has {there.Files} files with {there.Bytes} bytes in the snapshot; {source.Files ?? source.MinFiles} with {source.Bytes ?? source.MinBytes} {(source.Files is null ? "at least " : string.Empty)}were expected."
                );
            }
        }

        return null;
    }

    /// <summary>What differs from the manifest although it is whole, for people.</summary>
    public static IReadOnlyList<string> NotesOf(string text, IReadOnlyList<FoundSource> found) =>
        [
            .. BackupJson
                .Read<Manifest>(text)
                .Volumes.Join(
                    found,
                    volume => BackupNames.Volume(volume.Name),
                    there => there.Path,
                    (volume, there) => (volume, there),
                    StringComparer.Ordinal
                )
                .Where(pair => (pair.volume.Files, pair.volume.Bytes) != (pair.there.Files, pair.there.Bytes))
                .Select(pair =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{pair.volume.Name}: {pair.there.Files} files with {pair.there.Bytes} bytes were saved, {pair.volume.Files} with {pair.volume.Bytes} had been counted before: the site changed them meanwhile."
                    )
                ),
        ];

    private static ExpectedSource Of(ManifestVolume volume, bool isLive)
    {
        var source = new ExpectedSource(BackupNames.Volume(volume.Name));
        return isLive
            ? source with
            {
                MinFiles = volume.Files / 2,
                MinBytes = volume.Bytes / 2,
            }
            : source with
            {
                Files = volume.Files,
                Bytes = volume.Bytes,
            };
    }
}

/// <summary>The manifest's place and checksum.</summary>
internal sealed record ExpectedManifest(string Path, string Sha256);

/// <summary>A directory that was taken: how many names that are no directories it must have, and how many bytes its plain files.</summary>
internal sealed record ExpectedSource(string Path)
{
    public long? Files { get; init; }
    public long? Bytes { get; init; }
    public long? MinFiles { get; init; }
    public long? MinBytes { get; init; }
}
