using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HostingPanel.Blueprints;

namespace HostingPanel.Backups;

/// <summary>
/// What a restore point is: enough to make the site again from the files beside it, and to tell whether they are all there. It lies in the
/// snapshot, too, and is signed.
/// </summary>
internal sealed record Manifest
{
    public const int NewestFormat = 2;

    /// <summary>The first whose checksums of volumes are over the list of their files; those before are over an archive of them.</summary>
    public const int ListFormat = 2;

    public int Format { get; init; } = NewestFormat;
    public required Guid RestorePoint { get; init; }
    public required string Installation { get; init; }

    /// <summary>The moment that the databases are of.</summary>
    public required DateTimeOffset TakenAt { get; init; }
    public required RestorePointReason Reason { get; init; }
    public required ManifestSite Site { get; init; }
    public required IReadOnlyList<ManifestService> Services { get; init; }

    /// <summary>The database servers' versions.</summary>
    public required IReadOnlyList<string> Servers { get; init; }
    public required IReadOnlyList<DumpedDatabase> Databases { get; init; }

    /// <summary>Tables whose rows need not be of that moment, as <c>database.table</c>: their engine knows no transactions.</summary>
    public required IReadOnlyList<string> NotTransactional { get; init; }
    public required IReadOnlyList<ManifestVolume> Volumes { get; init; }

    /// <summary>What is not in it, with the reasons.</summary>
    public required IReadOnlyList<ManifestOmission> LeftOut { get; init; }

    /// <summary>How its front page came then; null where it did not answer, or an older panel did not look.</summary>
    public ManifestFront? Front { get; init; }

    /// <summary>What its application said of itself; null where it could not be asked, or an older panel did not ask.</summary>
    public ManifestApplication? Application { get; init; }

    /// <summary>
    /// How its visitors are treated where that is otherwise than the blueprint says, encrypted like a secret; null where nothing is, or an
    /// older panel did not write it down.
    /// </summary>
    public byte[]? Traffic { get; init; }

    /// <summary>The site's own secrets, encrypted with the key of the panel that made this.</summary>
    public required IReadOnlyDictionary<string, byte[]> Secrets { get; init; }

    /// <summary>What a secret in a manifest is encrypted for.</summary>
    public static string SecretContext(Guid restorePoint, string name) => $"restore-point/{restorePoint:N}/{name}";
}

/// <summary>The site as it was. When it was live, its files may have changed while they were taken.</summary>
internal sealed record ManifestSite(
    Guid Id,
    string Slug,
    string Title,
    string AdminEmail,
    Guid OrganisationId,
    string Environment,
    IReadOnlyList<string> Domains,
    string Blueprint,
    int BlueprintVersion,
    bool IsLive
);

/// <summary>A service with the release that it ran.</summary>
internal sealed record ManifestService(string Name, string Image);

/// <summary>A database as it lies in its dump, with the rows of each table counted out of the dump itself.</summary>
internal sealed record DumpedDatabase(
    string Name,
    string Service,
    string File,
    long Bytes,
    string Sha256,
    int Tables,
    int Views,
    int Triggers,
    int Routines,
    int Events,
    IReadOnlyDictionary<string, long> Rows
);

/// <summary>A volume as <c>hp-fingerprint</c> found it just before its files were taken.</summary>
internal sealed record ManifestVolume(
    Guid Id,
    string Name,
    VolumeKind Kind,
    bool StandsAlone,
    long Files,
    long Bytes,
    string Checksum,
    int Unread
);

/// <summary>What is not in a restore point.</summary>
internal sealed record ManifestOmission(string What, string Name, string Why);

/// <summary>What the dumps of a site were found to be.</summary>
internal sealed record DumpedDatabases(
    DateTimeOffset TakenAt,
    IReadOnlyList<string> Servers,
    IReadOnlyList<DumpedDatabase> Databases,
    IReadOnlyList<string> NotTransactional
);

/// <summary>What was found of a source when it was read back.</summary>
/// <param name="Path">Where it lies in the snapshot.</param>
/// <param name="Files">Names that are no directories.</param>
/// <param name="Bytes">Of plain files.</param>
internal sealed record FoundSource(string Path, long Files, long Bytes);

/// <summary>How the slice writes JSON: for people and for scripts of any language.</summary>
internal static class BackupJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NewLine = "\n",
        // It is a file beside a site's data, and no page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
