using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Volumes;

namespace HostingPanel.Backups.Browsing;

/// <summary>What of a restore point can be asked for, and in which words the rest is refused.</summary>
internal static partial class FetchRules
{
    public const int MaxPaths = 100;
    public const int MaxTables = 100;
    private const int MaxPathLength = 4096;

    /// <summary>A path within a volume, without slashes at its ends; empty for the volume itself.</summary>
    public static Outcome<string> PathOf(string field, string? path)
    {
        var bare = path?.TrimEnd('/') ?? string.Empty;
        if (path is { Length: > 0 } && bare.Length == 0)
        {
            return Problem.Invalid(field, "A path is told from the volume's own directory on, without a slash at its beginning.");
        }

        var fault =
            bare.Length > MaxPathLength ? $"A path has at most {MaxPathLength} characters."
            : bare.StartsWith('/') ? "A path is told from the volume's own directory on, without a slash at its beginning."
            : bare.Any(char.IsControl)
                ? "A name with line ends or other control characters can't be chosen by itself. Choose the directory that it is in."
            : bare.Contains('\uFFFD', StringComparison.Ordinal)
                ? "A name that is no UTF-8 can't be chosen by itself. Choose the directory that it is in."
            : !IsWellFormed(bare) ? "This is no text."
            : bare.Length > 0 && bare.Split('/').Any(part => part is "" or "." or "..")
                ? "A path has no empty parts and no dots for a part."
            : null;
        return fault is null ? bare : Problem.Invalid(field, fault);
    }

    /// <summary>The volume in the manifest.</summary>
    public static Outcome<ManifestVolume> VolumeOf(Manifest manifest, string? name) =>
        manifest.Volumes.SingleOrDefault(volume => volume.Name == name) is { } volume
            ? volume
            : Problem.Invalid(
                "volume",
                $"This restore point has no such volume. It has {Names(manifest.Volumes.Select(there => there.Name))}."
            );

    /// <summary>Files of a volume.</summary>
    public static Outcome<FetchChoice> FilesOf(Manifest manifest, string? volume, IReadOnlyList<string?>? paths)
    {
        if (!VolumeOf(manifest, volume).TryGet(out var there, out var problem))
        {
            return problem;
        }

        if (paths is not { Count: > 0 and <= MaxPaths })
        {
            return Problem.Invalid("paths", $"Choose 1 to {MaxPaths} files or directories; more of them by a directory that they are in.");
        }

        var chosen = new List<string>();
        foreach (var (index, path) in paths.Index())
        {
            if (!PathOf(string.Create(CultureInfo.InvariantCulture, $"paths[{index}]"), path).TryGet(out var bare, out problem))
            {
                return problem;
            }

            chosen.Add(bare);
        }

        return new FetchChoice
        {
            Kind = DownloadKind.Files,
            Volume = there.Name,
            Paths = [.. chosen.Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>Tables of a database.</summary>
    public static Outcome<FetchChoice> TablesOf(Manifest manifest, string? name, IReadOnlyList<string?>? tables)
    {
        if (manifest.Databases.SingleOrDefault(row => row.Name == name) is not { } database)
        {
            return Problem.Invalid(
                "database",
                $"This restore point has no such database. It has {Names(manifest.Databases.Select(there => there.Name))}."
            );
        }

        if (tables is not { Count: > 0 and <= MaxTables })
        {
            return Problem.Invalid("tables", $"Choose 1 to {MaxTables} tables; a database with all of them is in the whole restore point.");
        }

        foreach (var (index, table) in tables.Index())
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"tables[{index}]");
            if (table is null || !database.Rows.ContainsKey(table))
            {
                return Problem.Invalid(field, $"The database {database.Name} of this restore point has no such table.");
            }

            if (!PlainTable().IsMatch(table))
            {
                return Problem.Invalid(
                    field,
                    "Only tables whose names are letters, digits, _, $ and - can be chosen by themselves. This one is in the whole restore point."
                );
            }
        }

        return new FetchChoice
        {
            Kind = DownloadKind.Tables,
            Database = database.Name,
            Tables = [.. tables.OfType<string>().Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>How much of a restore point a choice is, where that can be told beforehand; without the files of an index.</summary>
    public static long BytesOf(FetchChoice choice, Manifest manifest, RestorePoint point) =>
        choice.Kind switch
        {
            DownloadKind.Files => 0,
            DownloadKind.Tables => manifest.Databases.Single(database => database.Name == choice.Database).Bytes,
            _ => point.FileBytes + point.DatabaseBytes,
        };

    /// <summary>The refusal of what is not in the restore point, or too much.</summary>
    public static Problem? ChoiceFault(IndexedChoice found, FetchChoice choice, DownloadOptions options) =>
        found.Missing.Count > 0
            ? new Problem(
                ProblemKind.NotFound,
                "path-not-found",
                $"The volume {choice.Volume} of this restore point has no “{Shown(found.Missing[0][(BackupNames.Volume(choice.Volume!).Length + 1)..])}”. Look what there is first."
            )
            : SizeFault(found.Bytes, options);

    public static Problem? SizeFault(long bytes, DownloadOptions options) =>
        bytes > options.MaxBytes
            ? new Problem(
                ProblemKind.LimitReached,
                "download-too-large",
                $"This is {bytes >> 20} MB, and at most {options.MaxBytes >> 20} MB can be fetched at once. Choose less, or restore the site as a new one."
            )
            : null;

    /// <summary>A name with everything that could act on a page or a terminal, or turn its letters round, made visible.</summary>
    public static string Shown(string name)
    {
        var shown = new StringBuilder(name.Length);
        foreach (var letter in name.EnumerateRunes())
        {
            if (
                Rune.GetUnicodeCategory(letter)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
            )
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{letter.Value:x}}}");
            }
            else
            {
                shown.Append(letter);
            }
        }

        return shown.ToString();
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } some ? some : "none";

    private static bool IsWellFormed(string text) => text.EnumerateRunes().All(letter => letter != Rune.ReplacementChar);

    [GeneratedRegex(@"^[A-Za-z0-9_$][A-Za-z0-9_$-]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainTable();
}
