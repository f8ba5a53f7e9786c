using System.Text.Json;
using HostingPanel.Backups;
using HostingPanel.Backups.Browsing;
using HostingPanel.Operations;
using HostingPanel.Volumes;

namespace HostingPanel.Tests.Backups;

/// <summary>What of a restore point can be asked for.</summary>
public sealed class FetchRulesTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("uploads", "uploads")]
    [InlineData("uploads/2026/", "uploads/2026")]
    [InlineData("ä b/*?[x]/..c/$(id);`id`", "ä b/*?[x]/..c/$(id);`id`")]
    [InlineData("--help", "--help")]
    public void A_path_in_a_volume_is_taken_as_it_is(string? path, string expected) =>
        Assert.Equal(expected, FetchRules.PathOf("path", path).Value);

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("../content")]
    [InlineData("uploads/../../data")]
    [InlineData("./x")]
    [InlineData("a//b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("bad\uFFFD")]
    [InlineData("half\uD800")]
    public void A_path_out_of_the_volume_or_that_nobody_can_name_is_refused(string path)
    {
        var problem = FetchRules.PathOf("paths[0]", path).Problem;
        Assert.Equal(("invalid-request", "paths[0]"), (problem?.Code, problem?.Errors[0].Path));
    }

    [Fact]
    public void Too_long_a_path_and_too_many_are_refused()
    {
        Assert.NotNull(FetchRules.PathOf("path", new string('a', 5000)).Problem);
        Assert.NotNull(FetchRules.FilesOf(Manifest, "content", [.. Enumerable.Repeat("a", 101)]).Problem);
        Assert.NotNull(FetchRules.FilesOf(Manifest, "content", []).Problem);
        Assert.NotNull(FetchRules.FilesOf(Manifest, "content", null).Problem);
    }

    [Fact]
    public void What_the_restore_point_does_not_have_is_refused_and_it_is_said_what_it_has()
    {
        Assert.Contains("It has content", FetchRules.FilesOf(Manifest, "data", ["x"]).Problem!.Message, StringComparison.Ordinal);
        Assert.Contains("It has main", FetchRules.TablesOf(Manifest, "mysql", ["user"]).Problem!.Message, StringComparison.Ordinal);
        Assert.Equal("tables[1]", FetchRules.TablesOf(Manifest, "main", ["wp_posts", "wp_users"]).Problem!.Errors[0].Path);
        Assert.Contains("letters", FetchRules.TablesOf(Manifest, "main", ["a`b"]).Problem!.Message, StringComparison.Ordinal);
        Assert.Contains("letters", FetchRules.TablesOf(Manifest, "main", ["-x"]).Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_chosen_is_named_as_the_snapshot_has_it()
    {
        var files = FetchRules.FilesOf(Manifest, "content", ["uploads/", "", "uploads"]).Value;
        Assert.Equal(["/volumes/content/uploads", "/volumes/content"], files.InSnapshot(Manifest));
        Assert.Equal(["/scratch/databases/main.sql"], FetchRules.TablesOf(Manifest, "main", ["wp_posts"]).Value.InSnapshot(Manifest));
        Assert.Equal(["/scratch/databases", "/volumes/content"], new FetchChoice { Kind = DownloadKind.Whole }.InSnapshot(Manifest));
    }

    [Theory]
    [InlineData("plain.txt", "plain.txt")]
    [InlineData("a\u001b[31mb", "a\\u{1b}[31mb")]
    [InlineData("photo\u202Egpj.exe", "photo\\u{202e}gpj.exe")]
    [InlineData("two\nlines\u2028more", "two\\u{a}lines\\u{2028}more")]
    public void A_name_is_shown_so_that_it_does_nothing(string name, string shown) => Assert.Equal(shown, FetchRules.Shown(name));

    [Fact]
    public void What_is_put_beside_has_a_name_of_its_own_operation_and_a_long_one_is_cut_and_stays_one_of_a_kind()
    {
        var operation = OperationAt("2026-11-26T23:00:00Z", "00000000-0000-0000-0000-000000abcdef");
        Assert.Equal("restored-20261126-abcdef", BesideNames.Directory(operation));
        Assert.Equal("restored_20261126_abcdef_wp_posts", BesideNames.Table(operation, "wp_posts"));
        var (one, two) = (BesideNames.Table(operation, new string('a', 63) + "1"), BesideNames.Table(operation, new string('a', 63) + "2"));
        Assert.Equal((63, 63), (one.Length, two.Length));
        Assert.NotEqual(one, two);
        Assert.NotEqual(
            BesideNames.Directory(operation),
            BesideNames.Directory(OperationAt("2026-11-26T23:00:00Z", "00000000-0000-0000-0000-000000abcdee"))
        );
    }

    [Fact]
    public void The_arguments_of_an_operation_come_back_as_they_were()
    {
        var arguments = new FetchArguments(
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            FetchRules.FilesOf(Manifest, "content", ["a\"b", "ü"]).Value
        );
        var read = JsonSerializer.Deserialize<FetchArguments>(JsonSerializer.Serialize(arguments))!;
        Assert.Equal((arguments.RestorePointId, arguments.Choice.Kind), (read.RestorePointId, read.Choice.Kind));
        Assert.Equal(arguments.Choice.Paths, read.Choice.Paths);
    }

    private static Manifest Manifest { get; } =
        new()
        {
            RestorePoint = Guid.Empty,
            Installation = "hp",
            TakenAt = DateTimeOffset.UnixEpoch,
            Reason = RestorePointReason.Manual,
            Site = new ManifestSite(Guid.Empty, "help", "Help", "a@example.org", Guid.Empty, "live", [], "wordpress", 1, true),
            Services = [],
            Servers = [],
            Databases =
            [
                new DumpedDatabase(
                    "main",
                    "db",
                    "main.sql",
                    10,
                    "00",
                    3,
                    0,
                    0,
                    0,
                    0,
                    new Dictionary<string, long>(StringComparer.Ordinal)
                    {
                        ["wp_posts"] = 3,
                        ["a`b"] = 1,
                        ["-x"] = 1,
                    }
                ),
            ],
            NotTransactional = [],
            Volumes = [new ManifestVolume(Guid.Empty, "content", HostingPanel.Blueprints.VolumeKind.Files, false, 1, 1, "00", 0)],
            LeftOut = [],
            Secrets = new Dictionary<string, byte[]>(StringComparer.Ordinal),
        };

    private static Operation OperationAt(string time, string id) =>
        new()
        {
            Id = Guid.Parse(id),
            Kind = OperationKinds.PutBackFiles,
            SiteId = null,
            Priority = OperationPriority.Person,
            Target = "help",
            RequestedById = Guid.Empty,
            RequestedByName = "somebody",
            State = OperationState.Queued,
            CreatedAt = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture),
        };
}
