using System.Globalization;

namespace HostingPanel.Backups.Drills;

/// <summary>Why a restore point is suspicious.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Text">For people.</param>
internal sealed record Suspicion(string Code, string Text);

/// <summary>
/// Tells when a restore point is so much less than the good one before it that it may have been taken of a site that was already wrecked.
/// Pure.
/// </summary>
internal static class Suspicions
{
    public const string LostTables = "lost-tables";
    public const string Shrank = "shrank";

    /// <summary>A drill of it failed.</summary>
    public const string DrillFailed = "drill-failed";

    /// <summary>Below these halving says nothing: somebody tidied up a little.</summary>
    private const long FewBytes = 64 << 10;
    private const long FewFiles = 20;
    private const long FewRows = 100;
    private const int MaxNames = 5;

    /// <summary>What speaks against a restore point; null when nothing does.</summary>
    /// <param name="before">The last good one of the same site.</param>
    /// <param name="now">The one that was just taken.</param>
    public static Suspicion? Of(Manifest before, Manifest now)
    {
        var (had, has) = (TablesOf(before), TablesOf(now));
        // What somebody has excluded since is not lost: the manifest says why it is not there.
        var leftOut = now
            .LeftOut.Where(omission => omission.What == "database")
            .Select(omission => omission.Name)
            .ToHashSet(StringComparer.Ordinal);
        var lost = had.Keys.Where(table => !has.ContainsKey(table) && !leftOut.Contains(table.Database)).Order().ToList();
        if (lost.Count > 0)
        {
            var names = string.Join(", ", lost.Take(MaxNames).Select(table => $"{table.Database}.{table.Table}"));
            return new Suspicion(
                LostTables,
                $"{Count(lost.Count, "table")} of the restore point before {(lost.Count == 1 ? "is" : "are")} not in it: {names}{(lost.Count > MaxNames ? " and others" : string.Empty)}."
            );
        }

        var compared = before.Databases.Where(database => !leftOut.Contains(database.Name)).ToList();
        string?[] halved =
        [
            Halved("rows", compared.Sum(RowsOf), now.Databases.Sum(RowsOf), FewRows, Number),
            Halved(
                "bytes in its dumps",
                compared.Sum(database => database.Bytes),
                now.Databases.Sum(database => database.Bytes),
                FewBytes,
                Number
            ),
            Halved("files", SharedFiles(before, now), now.Volumes.Sum(volume => volume.Files), FewFiles, Number),
            Halved("bytes in its files", SharedBytes(before, now), now.Volumes.Sum(volume => volume.Bytes), FewBytes, Number),
        ];
        var told = halved.OfType<string>().ToList();
        return told.Count == 0
            ? null
            : new Suspicion(Shrank, $"It is less than half of the restore point before: {string.Join("; ", told)}.");
    }

    private static string? Halved(string what, long before, long now, long few, Func<long, string> show) =>
        before >= few && now < before / 2 ? $"{show(now)} {what} after {show(before)}" : null;

    /// <summary>Of the volumes that are not left out by now.</summary>
    private static long SharedFiles(Manifest before, Manifest now) => Shared(before, now).Sum(volume => volume.Files);

    private static long SharedBytes(Manifest before, Manifest now) => Shared(before, now).Sum(volume => volume.Bytes);

    private static IEnumerable<ManifestVolume> Shared(Manifest before, Manifest now) =>
        before.Volumes.Where(volume => !now.LeftOut.Any(omission => omission.What == "volume" && omission.Name == volume.Name));

    private static long RowsOf(DumpedDatabase database) => database.Rows.Values.Sum();

    private static Dictionary<(string Database, string Table), long> TablesOf(Manifest manifest) =>
        manifest
            .Databases.SelectMany(database => database.Rows.Select(table => ((database.Name, table.Key), table.Value)))
            .ToDictionary(pair => pair.Item1, pair => pair.Value);

    private static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? string.Empty : "s")}");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
