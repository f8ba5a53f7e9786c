using Bunit;
using HostingPanel.Backups;
using HostingPanel.Sites;
using HostingPanel.Web.Backups;

namespace HostingPanel.Web.Tests.Backups;

public sealed class StandingTableTests : BackupComponentTest
{
    private static readonly NewestPoint Newest = new(Guid.CreateVersion7(Now), Now.AddHours(-5), 7 << 20, 1204);

    [Fact]
    public void A_site_without_a_backup_is_red_and_says_never()
    {
        var row = Table(Standing(BackupStanding.Never)).Find("tbody tr");
        Assert.Contains("chip-bad", row.QuerySelector(".chip")!.ClassName, StringComparison.Ordinal);
        Assert.Equal("never", row.QuerySelector(".bad-text")!.TextContent);
        Assert.Equal("sites/food-bank?tab=backups", row.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void A_failure_after_a_good_one_shows_both()
    {
        var row = Table(Standing(BackupStanding.Failing, Newest) with { LastFault = "The target is full." }).Find("tbody tr");
        Assert.Contains("The target is full.", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("5 hours ago", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proved_one_says_when_and_in_what_time_it_was_restored()
    {
        var proved = Standing(BackupStanding.Proved, Newest) with { ProvedAt = Now.AddDays(-2), Proof = TimeSpan.FromSeconds(31) };
        var row = Table(proved).Find("tbody tr");
        Assert.Contains("2 days ago", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("restored in 31 s", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("7 MB", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_lead_to_their_order_and_to_its_reverse()
    {
        var table = Table(Standing(BackupStanding.Never));
        Assert.Equal(
            ["?-site", "?standing", "?taken", "?proved", "?-size"],
            table.FindAll(".sort-link").Select(link => link.GetAttribute("href"))
        );
        Assert.Equal("ascending", table.Find("th").GetAttribute("aria-sort"));
    }

    private IRenderedComponent<StandingTable> Table(params SiteStanding[] sites) =>
        Render<StandingTable>(parameters =>
            parameters.Add(table => table.Items, sites).Add(table => table.Sort, "site").Add(table => table.SortHref, sort => $"?{sort}")
        );

    private static SiteStanding Standing(BackupStanding standing, NewestPoint? newest = null) =>
        new(
            "food-bank",
            "Food Bank",
            "springfield",
            "Springfield",
            SiteState.Running,
            standing,
            newest,
            null,
            null,
            null,
            null,
            IsTaking: false
        );
}
