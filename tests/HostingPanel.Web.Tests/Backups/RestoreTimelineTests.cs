using Bunit;
using HostingPanel.Backups;
using HostingPanel.Web.Backups;

namespace HostingPanel.Web.Tests.Backups;

public sealed class RestoreTimelineTests : BackupComponentTest
{
    [Fact]
    public void A_good_point_says_what_is_in_it_how_long_it_took_and_where_it_lies()
    {
        var point = Point(copies: [Copy(), Copy("offsite", TargetKind.Sftp, "It is full.")]);
        var item = Timeline(point).Find(".timeline-point");
        Assert.Contains("timeline-ok", item.ClassName, StringComparison.Ordinal);
        Assert.Equal($"backups/food-bank/{point.Id}", item.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal(
            "Asked for, Ada · 7 MB · 1 database, 1,204 files · took 20 s",
            item.QuerySelector(".timeline-text")!.TextContent.Trim()
        );
        Assert.Equal(["Good", "local: read back", "offsite: failed"], item.QuerySelectorAll(".chip").Select(chip => chip.TextContent));
        Assert.Contains("It is full.", item.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_that_was_restored_says_when_and_how_long_that_took()
    {
        var item = Timeline(Point(provedAt: Now.AddDays(-1))).Find(".timeline-point");
        Assert.Contains("Restored and found right 1 day ago, in 24 s", item.TextContent, StringComparison.Ordinal);
        Assert.Contains("Proved", item.QuerySelectorAll(".chip").Select(chip => chip.TextContent));
    }

    [Fact]
    public void A_failed_point_says_why_and_claims_no_size()
    {
        var item = Timeline(Point(RestorePointState.Failed, "No target has a whole copy of it.")).Find(".timeline-point");
        Assert.Contains("No target has a whole copy of it.", item.QuerySelector(".bad-text")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Asked for, Ada", item.QuerySelector(".timeline-text")!.TextContent.Trim());
    }

    [Fact]
    public void A_copy_that_is_just_being_saved_is_no_failure()
    {
        var copy = Copy() with { ReadBackAt = null, Snapshot = null };
        Assert.Contains(
            "local: being saved",
            Timeline(Point(RestorePointState.Taking, copies: copy)).FindAll(".chip").Select(chip => chip.TextContent)
        );
    }

    private IRenderedComponent<RestoreTimeline> Timeline(params RestorePointView[] points) =>
        Render<RestoreTimeline>(parameters => parameters.Add(line => line.Slug, "food-bank").Add(line => line.Points, points));
}
