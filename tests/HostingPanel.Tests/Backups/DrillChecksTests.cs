using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Blueprints;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Backups;

/// <summary>Each comparison: what is right, what is not, and the figures that it tells.</summary>
public sealed class DrillChecksTests
{
    private static readonly BlueprintProbe Probe = new("/", [200], TimeSpan.FromSeconds(60));
    private static readonly Manifest Taken = SampleManifest.Of(SampleManifest.Rows(("posts", 300), ("users", 20))) with
    {
        Front = new ManifestFront(200, "Food Bank – helps"),
        Application = new ManifestApplication(true, "6.8"),
    };

    [Fact]
    public void Rows_that_differ_are_told_table_by_table()
    {
        var right = Assert.Single(DrillChecks.Rows([new LoadedDatabase(Taken.Databases[0], [])]));
        Assert.Equal((RestoreDrillOutcome.Passed, 2L, 0L), (right.Outcome, right.Compared, right.Differing));
        Assert.Contains("320 rows", right.Text, StringComparison.Ordinal);

        var wrong = Assert.Single(
            DrillChecks.Rows([
                new LoadedDatabase(Taken.Databases[0], [new("posts", 300, 299), new("users", 20, null), new("extra", null, 1)]),
            ])
        );
        Assert.Equal(("rows:main", RestoreDrillOutcome.Failed, 3L), (wrong.Name, wrong.Outcome, wrong.Differing));
        Assert.Equal(
            ["posts: 299 rows, 300 were taken", "users: not there, 20 were taken", "extra: 1 rows, not in the manifest"],
            wrong.Details
        );
    }

    [Fact]
    public void A_volume_that_is_not_there_is_no_volume_that_is_right()
    {
        Assert.Equal(RestoreDrillOutcome.Failed, Assert.Single(DrillChecks.Files(Taken, [])).Outcome);
        var right = Assert.Single(DrillChecks.Files(Taken, [new RestoredVolume("content", 1000, 5, "content: byte for byte.", null)]));
        Assert.Equal((RestoreDrillOutcome.Passed, 1000L), (right.Outcome, right.Compared));
        var wrong = Assert.Single(DrillChecks.Files(Taken, [new RestoredVolume("content", 999, 5, "", "One is missing.")]));
        Assert.Equal((RestoreDrillOutcome.Failed, "One is missing."), (wrong.Outcome, wrong.Text));
    }

    [Fact]
    public void Tables_that_the_server_finds_wrong_and_what_else_is_missing_are_faults()
    {
        var right = Assert.Single(DrillChecks.Tables(Taken, [new TablesAnswer("main", 3, [], 1, 1, 0, 0)]));
        Assert.Equal((RestoreDrillOutcome.Passed, 3L, 0L), (right.Outcome, right.Compared, right.Differing));
        var wrong = Assert.Single(DrillChecks.Tables(Taken, [new TablesAnswer("main", 3, ["posts: is marked as crashed"], 1, 0, 0, 0)]));
        Assert.Equal(["posts: is marked as crashed", "0 triggers are there, 1 were taken"], wrong.Details);
    }

    [Fact]
    public void A_way_out_is_never_a_pass()
    {
        Assert.Equal(RestoreDrillOutcome.Passed, DrillChecks.Seal(new OutsideAnswer(0, ["1.1.1.1:443"], [])).Outcome);
        Assert.Equal(RestoreDrillOutcome.Failed, DrillChecks.Seal(new OutsideAnswer(1, ["1.1.1.1:443"], [])).Outcome);
        Assert.Equal(RestoreDrillOutcome.Failed, DrillChecks.Seal(new OutsideAnswer(0, ["1.1.1.1:443"], ["1.1.1.1:443"])).Outcome);
    }

    [Theory]
    [InlineData(200, "<title>Food Bank &ndash; helps</title>", "Passed Passed")]
    [InlineData(200, "<title>Hacked</title>", "Passed Failed")]
    [InlineData(200, "nothing", "Passed Failed")]
    [InlineData(500, "<title>Food Bank &ndash; helps</title>", "Failed NotChecked")]
    [InlineData(null, "", "Failed NotChecked")]
    public void The_front_page_must_come_as_the_blueprint_says_and_be_the_one_that_was_seen(int? status, string page, string outcomes) =>
        Assert.Equal(
            outcomes,
            string.Join(
                ' ',
                DrillChecks.Page(Taken, Probe, new VisitAnswer(status, "Nobody answers.", page)).Select(check => check.Outcome)
            )
        );

    [Fact]
    public void Of_a_restore_point_that_an_older_panel_took_the_title_is_told_and_not_compared()
    {
        var checks = DrillChecks.Page(Taken with { Front = null }, Probe, new VisitAnswer(200, null, "<title>Any</title>")).ToList();
        Assert.Equal(RestoreDrillOutcome.NotChecked, checks[1].Outcome);
        Assert.Contains("“Any”", checks[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"installed":true,"version":"6.8"}""", RestoreDrillOutcome.Passed)]
    [InlineData("""{"installed":true,"version":"6.1"}""", RestoreDrillOutcome.Failed)]
    [InlineData("""{"installed":false,"version":"6.8"}""", RestoreDrillOutcome.Failed)]
    [InlineData("""{"installed":true}""", RestoreDrillOutcome.Failed)]
    [InlineData("no JSON at all", RestoreDrillOutcome.NotChecked)]
    public void The_application_must_be_the_one_that_was_taken(string line, RestoreDrillOutcome outcome)
    {
        var said = StatusHook.Read(new JobResult(0, ["a notice", line], []));
        Assert.Equal(outcome, DrillChecks.Status(Taken, new StatusAnswer(said, null)).Outcome);
    }

    [Fact]
    public void A_hook_that_fails_is_a_failed_check_and_none_is_none()
    {
        Assert.Equal(RestoreDrillOutcome.Failed, DrillChecks.Status(Taken, new StatusAnswer(null, "It ended with 1.")).Outcome);
        Assert.Equal(RestoreDrillOutcome.NotChecked, DrillChecks.Status(Taken, null).Outcome);
        Assert.Equal(
            RestoreDrillOutcome.Passed,
            DrillChecks.Status(Taken with { Application = null }, new StatusAnswer(new ManifestApplication(null, null), null)).Outcome
        );
    }

    [Fact]
    public void Releases_that_are_gone_are_told()
    {
        var running = new Dictionary<string, string>(StringComparer.Ordinal) { ["web"] = "wordpress:2", ["db"] = "mariadb:1" };
        var check = DrillChecks.Releases(Taken, running);
        Assert.Equal((RestoreDrillOutcome.NotChecked, 1L), (check.Outcome, check.Differing));
        Assert.Equal(["web: wordpress:2 in place of wordpress:1"], check.Details);
    }
}
