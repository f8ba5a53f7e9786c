using System.Globalization;
using HostingPanel.Blueprints;

namespace HostingPanel.Sites.Disposability;

/// <summary>
/// Compares a site before and after. What is less or gone is lost; what is more or other has changed, for a site lives on meanwhile. Where
/// the blueprint says that something is made again, its loss is a change, with that reason.
/// </summary>
internal sealed class FingerprintComparison(Blueprint blueprint)
{
    private readonly List<Finding> _lost = [];
    private readonly List<Finding> _changed = [];

    /// <summary>Everything that differs.</summary>
    /// <param name="before">With the lists of files.</param>
    /// <param name="after">With the lists of files.</param>
    /// <param name="kept">What the removed containers had kept outside of volumes.</param>
    public Findings Compare(TakenFingerprint before, TakenFingerprint after, IEnumerable<KeptPath> kept)
    {
        foreach (var path in kept.Where(path => !path.IsMadeAgain))
        {
            _lost.Add(
                new Finding(
                    FindingSubject.Container,
                    path.Service,
                    path.Path,
                    path.Kind == Platform.LayerChangeKind.Deleted
                        ? "had been deleted in the container; the new one has it again"
                        : "was kept in the container and went with it",
                    path.Hint
                )
            );
        }

        ComparePages(before.Fingerprint.Page, after.Fingerprint.Page);
        foreach (var database in before.Fingerprint.Databases)
        {
            var now = after.Fingerprint.Databases.FirstOrDefault(other => other.Name == database.Name);
            CompareTables(database.Name, database.Rows, now?.Rows ?? new Dictionary<string, long>(StringComparer.Ordinal));
        }

        foreach (var volume in before.Fingerprint.Volumes)
        {
            CompareVolumes(
                volume,
                after.Fingerprint.Volumes.FirstOrDefault(other => other.Name == volume.Name),
                before.Lists.GetValueOrDefault(volume.Name),
                after.Lists.GetValueOrDefault(volume.Name)
            );
        }

        return Findings.Of(_lost, _changed);
    }

    private void ComparePages(PageFingerprint before, PageFingerprint after)
    {
        if (before.Status != after.Status)
        {
            Change(FindingSubject.Page, string.Empty, string.Empty, $"answered {before.Status} before and answers {after.Status} now");
        }

        if (before.Title != after.Title)
        {
            Change(
                FindingSubject.Page,
                string.Empty,
                string.Empty,
                $"was called {Quoted(before.Title)} and is called {Quoted(after.Title)} now"
            );
        }
        else if (before.Digest is not null && after.Digest is not null && before.Digest != after.Digest)
        {
            Change(FindingSubject.Page, string.Empty, string.Empty, "says something else than before");
        }
    }

    private void CompareTables(string database, IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after)
    {
        var omissions = new Omissions(blueprint.Databases.Where(recipe => recipe.Name == database).SelectMany(recipe => recipe.LeftOut));
        foreach (var (table, rows) in before.OrderBy(table => table.Key, StringComparer.Ordinal))
        {
            if (!after.TryGetValue(table, out var now))
            {
                Lose(FindingSubject.Table, database, table, $"the table is gone, with {Count(rows, "row")}", omissions);
            }
            else if (now < rows)
            {
                Lose(FindingSubject.Table, database, table, Numbers(rows, now, "row"), omissions);
            }
            else if (now > rows)
            {
                Change(FindingSubject.Table, database, table, Numbers(rows, now, "row"));
            }
        }

        foreach (
            var (table, rows) in after.Where(table => !before.ContainsKey(table.Key)).OrderBy(table => table.Key, StringComparer.Ordinal)
        )
        {
            Change(FindingSubject.Table, database, table, $"the table is new, with {Count(rows, "row")}");
        }
    }

    private void CompareVolumes(VolumeFingerprint before, VolumeFingerprint? after, byte[]? listBefore, byte[]? listAfter)
    {
        if (after is null)
        {
            _lost.Add(
                new Finding(FindingSubject.Volume, before.Name, string.Empty, $"the volume is gone, with {Count(before.Files, "file")}")
            );
            return;
        }

        if (before.Checksum == after.Checksum)
        {
            return;
        }

        if (listBefore is null || listAfter is null)
        {
            var text = $"{Numbers(before.Files, after.Files, "file")}; {Numbers(before.Bytes, after.Bytes, "byte")}; too many to name them";
            (after.Files < before.Files ? _lost : _changed).Add(new Finding(FindingSubject.Volume, before.Name, string.Empty, text));
        }
        else if (!CompareFiles(before.Name, FileList.Read(listBefore), FileList.Read(listAfter)))
        {
            Change(
                FindingSubject.Volume,
                before.Name,
                string.Empty,
                "the same files with the same sizes, but some have other contents, owners or modes"
            );
        }
    }

    /// <summary>True when there was a difference.</summary>
    private bool CompareFiles(string volume, IReadOnlyDictionary<string, ListedFile> before, IReadOnlyDictionary<string, ListedFile> after)
    {
        var found = _lost.Count + _changed.Count;
        var omissions = new Omissions(blueprint.Volumes.Where(recipe => recipe.Name == volume).SelectMany(recipe => recipe.LeftOut));
        foreach (var (name, file) in before.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (!after.TryGetValue(name, out var now))
            {
                Lose(FindingSubject.File, volume, file.Name, $"the file is gone; it had {Count(file.Bytes, "byte")}", omissions);
            }
            else if (file.Type != now.Type)
            {
                Lose(FindingSubject.File, volume, file.Name, "something of another kind has its name", omissions);
            }
            else if (now.Bytes < file.Bytes)
            {
                Lose(FindingSubject.File, volume, file.Name, Numbers(file.Bytes, now.Bytes, "byte"), omissions);
            }
            else if (now.Bytes > file.Bytes)
            {
                Change(FindingSubject.File, volume, file.Name, Numbers(file.Bytes, now.Bytes, "byte"));
            }
            else if (now.Changed != file.Changed)
            {
                Change(FindingSubject.File, volume, file.Name, "was written again");
            }
        }

        foreach (var (_, file) in after.Where(file => !before.ContainsKey(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Change(FindingSubject.File, volume, file.Name, $"the file is new, with {Count(file.Bytes, "byte")}");
        }

        return _lost.Count + _changed.Count > found;
    }

    private void Lose(FindingSubject subject, string where, string what, string text, Omissions omissions)
    {
        var reason = omissions.ReasonFor(what);
        (reason is null ? _lost : _changed).Add(new Finding(subject, where, what, text, reason));
    }

    private void Change(FindingSubject subject, string where, string what, string text) =>
        _changed.Add(new Finding(subject, where, what, text));

    private static string Quoted(string? title) => title is null ? "nothing" : $"“{title}”";

    private static string Numbers(long before, long after, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{Count(before, noun)} before, {after} now");

    private static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? string.Empty : "s")}");
}
