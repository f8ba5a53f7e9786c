using System.Globalization;
using System.IO.Compression;
using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Platform;
using HostingPanel.Sites.Disposability;
using HostingPanel.Tests.Blueprints;

namespace HostingPanel.Tests.Disposability;

public sealed class FingerprintComparisonTests
{
    private static readonly TakenFingerprint Whole = Fingerprint(
        new PageFingerprint(200, "Food bank", "d1"),
        [("members", 12), ("log", 3)],
        "c1",
        ["f 10 1.5 a", "f 20 1.5 b c", "l 4 1.5 link"]
    );

    [Fact]
    public void A_site_that_is_the_same_has_lost_nothing()
    {
        var found = Compare(Whole);
        Assert.Equal((0, 0), (found.LostTotal, found.ChangedTotal));
    }

    [Fact]
    public void A_file_that_is_gone_is_named_and_its_neighbours_are_not()
    {
        var found = Compare(With(checksum: "c2", files: ["f 10 1.5 a", "l 4 1.5 link"]));
        Assert.Equal(new Finding(FindingSubject.File, "content", "b c", "the file is gone; it had 20 bytes"), Assert.Single(found.Lost));
        Assert.Empty(found.Changed);
    }

    [Theory]
    [InlineData("f 19 2.5 b c", "20 bytes before, 19 now", true)]
    [InlineData("l 20 2.5 b c", "something of another kind has its name", true)]
    [InlineData("f 21 2.5 b c", "20 bytes before, 21 now", false)]
    [InlineData("f 20 2.5 b c", "was written again", false)]
    public void A_file_that_is_less_is_lost_and_one_that_is_other_has_changed(string entry, string text, bool isLost)
    {
        var found = Compare(With(checksum: "c2", files: ["f 10 1.5 a", entry, "l 4 1.5 link"]));
        Assert.Equal(new Finding(FindingSubject.File, "content", "b c", text), Assert.Single(isLost ? found.Lost : found.Changed));
        Assert.Equal(1, found.LostTotal + found.ChangedTotal);
    }

    [Fact]
    public void A_file_that_was_touched_while_contents_stayed_is_no_difference() =>
        Assert.Equal(0, Compare(With(checksum: "c1", files: ["f 10 9.5 a", "f 20 1.5 b c", "l 4 1.5 link"])).ChangedTotal);

    [Fact]
    public void Contents_that_changed_behind_the_same_sizes_and_times_are_told_of_the_volume()
    {
        var changed = Assert.Single(Compare(With(checksum: "c2")).Changed);
        Assert.Equal((FindingSubject.Volume, "content"), (changed.Subject, changed.Where));
    }

    [Fact]
    public void A_new_file_has_changed_the_site() =>
        Assert.Equal(
            "the file is new, with 1 byte",
            Assert.Single(Compare(With(checksum: "c2", files: ["f 10 1.5 a", "f 20 1.5 b c", "l 4 1.5 link", "f 1 1.5 z"])).Changed).Text
        );

    [Fact]
    public void What_the_blueprint_says_is_made_again_is_no_loss_and_says_why()
    {
        var before = With(checksum: "c1", files: ["f 10 1.5 cache/deep/page", "f 5 1.5 debug.log", "f 7 1.5 sub/debug.log"]);
        var after = With(checksum: "c2", files: []);
        var found = new FingerprintComparison(BlueprintFiles.DeliveredBlueprint("wordpress")).Compare(before, after, []);
        Assert.Equal(["sub/debug.log"], found.Lost.Select(lost => lost.What));
        Assert.Equal(
            [("cache/deep/page", "page caches are made again"), ("debug.log", "a log")],
            found.Changed.Select(changed => (changed.What, changed.Hint ?? string.Empty))
        );
    }

    [Fact]
    public void Without_lists_the_numbers_tell()
    {
        var before = Whole with { Lists = new Dictionary<string, byte[]>() };
        var after = With(checksum: "c2", files: ["f 10 1.5 a"]);
        var lost = Assert.Single(Compare(before, after with { Lists = new Dictionary<string, byte[]>() }).Lost);
        Assert.Equal("3 files before, 1 now; 34 bytes before, 10 now; too many to name them", lost.Text);
    }

    [Fact]
    public void A_volume_that_is_gone_is_lost()
    {
        var after = Whole with { Fingerprint = Whole.Fingerprint with { Volumes = [] } };
        Assert.Equal("the volume is gone, with 3 files", Assert.Single(Compare(after).Lost).Text);
    }

    [Fact]
    public void Rows_that_are_fewer_and_tables_that_are_gone_are_lost_and_more_rows_are_a_change()
    {
        var found = Compare(With(rows: [("members", 11)]));
        Assert.Equal(
            [("log", "the table is gone, with 3 rows"), ("members", "12 rows before, 11 now")],
            found.Lost.Select(lost => (lost.What, lost.Text))
        );
        found = Compare(With(rows: [("members", 13), ("log", 3), ("new", 1)]));
        Assert.Empty(found.Lost);
        Assert.Equal(
            [("members", "12 rows before, 13 now"), ("new", "the table is new, with 1 row")],
            found.Changed.Select(changed => (changed.What, changed.Text))
        );
    }

    [Theory]
    [InlineData(200, "Food bank", "d2", "says something else than before")]
    [InlineData(302, "Food bank", "d1", "answered 200 before and answers 302 now")]
    [InlineData(200, null, "d2", "was called “Food bank” and is called nothing now")]
    public void A_page_that_says_something_else_has_changed(int status, string? title, string digest, string text) =>
        Assert.Equal(text, Assert.Single(Compare(With(page: new PageFingerprint(status, title, digest))).Changed).Text);

    [Fact]
    public void A_page_that_differs_by_itself_is_not_compared() =>
        Assert.Equal(0, Compare(With(page: new PageFingerprint(200, "Food bank", null))).ChangedTotal);

    [Fact]
    public void What_a_container_kept_is_lost_unless_the_new_one_has_made_it_again()
    {
        var kept = new KeptPath("web", "/srv/notes", LayerChangeKind.Added, "It belongs elsewhere.");
        var again = new KeptPath("web", "/srv/made", LayerChangeKind.Added, "It belongs elsewhere.", IsMadeAgain: true);
        var found = new FingerprintComparison(BlueprintFiles.DeliveredBlueprint("wordpress")).Compare(Whole, Whole, [kept, again]);
        Assert.Equal(
            new Finding(
                FindingSubject.Container,
                "web",
                "/srv/notes",
                "was kept in the container and went with it",
                "It belongs elsewhere."
            ),
            Assert.Single(found.Lost)
        );
    }

    [Fact]
    public void More_than_fits_is_counted()
    {
        var many = Enumerable.Range(1000, 500).Select(number => string.Create(CultureInfo.InvariantCulture, $"f 1 1.5 {number}"));
        var before = With(checksum: "c0", files: [.. many]);
        var found = Compare(before, With(checksum: "c2", files: []));
        Assert.Equal((Findings.MaxStored, 500), (found.Lost.Count, found.LostTotal));
    }

    [Fact]
    public void Names_that_are_no_text_are_told_apart_byte_for_byte()
    {
        byte[][] entries =
        [
            [.. "f 1 1.5 "u8, 0xFF],
            [.. "f 1 1.5 "u8, 0xFE],
        ];
        var files = FileList.Read(Pack([.. entries.SelectMany(entry => (byte[])[.. entry, 0])]));
        Assert.Equal(2, files.Count);
        Assert.All(files.Values, file => Assert.Equal("\uFFFD", file.Name));
    }

    private static Findings Compare(TakenFingerprint after) => Compare(Whole, after);

    private static Findings Compare(TakenFingerprint before, TakenFingerprint after) =>
        new FingerprintComparison(BlueprintFiles.DeliveredBlueprint("wordpress")).Compare(before, after, []);

    private static TakenFingerprint With(
        PageFingerprint? page = null,
        (string Table, long Rows)[]? rows = null,
        string checksum = "c1",
        string[]? files = null
    ) =>
        Fingerprint(
            page ?? Whole.Fingerprint.Page,
            rows ?? [("members", 12), ("log", 3)],
            checksum,
            files ?? ["f 10 1.5 a", "f 20 1.5 b c", "l 4 1.5 link"]
        );

    private static TakenFingerprint Fingerprint(PageFingerprint page, (string Table, long Rows)[] rows, string checksum, string[] files)
    {
        var bytes = files.Sum(file => long.Parse(file.Split(' ')[1], CultureInfo.InvariantCulture));
        return new TakenFingerprint(
            new SiteFingerprint(
                page,
                [new DatabaseFingerprint("main", rows.ToDictionary(table => table.Table, table => table.Rows, StringComparer.Ordinal))],
                [new VolumeFingerprint("content", VolumeKind.Files, files.Length, bytes, checksum, 0, IsListed: true)],
                []
            ),
            new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["content"] = Pack(Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{file}\0")))),
            }
        );
    }

    private static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest))
        {
            packing.Write(plain);
        }

        return packed.ToArray();
    }
}
