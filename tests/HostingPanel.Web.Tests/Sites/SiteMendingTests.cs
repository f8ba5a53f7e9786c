using Bunit;
using HostingPanel.Sites;
using HostingPanel.Web.Sites;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Sites;

/// <summary>What a page says of a site that is not as it should be, or that somebody keeps the panel off.</summary>
public sealed class SiteMendingTests : ComponentTest
{
    private static readonly SiteTroubleView Trouble = new("image-missing", "The image is not here.", Now.AddMinutes(-3), Now.AddMinutes(2));
    private static readonly HandsOffView Off = new("I look for a leak", "Ada", Now.AddHours(-1), Now.AddHours(3));

    [Fact]
    public void Of_a_site_that_is_as_it_should_be_there_is_nothing_to_say() => Assert.Empty(Notes(Site()));

    [Fact]
    public void Who_keeps_the_panel_off_since_when_and_why_is_there_with_a_button_that_ends_it()
    {
        var ended = false;
        var mending = Render<SiteMending>(parameters =>
            parameters.Add(note => note.Site, Site() with { HandsOff = Off }).Add(note => note.OnEndHandsOff, () => ended = true)
        );
        var text = mending.Find(".note").TextContent;
        Assert.Contains("Ada said so 1 hour ago: “I look for a leak”", text, StringComparison.Ordinal);
        Assert.Contains("in 3 hours", text, StringComparison.Ordinal);
        mending.Find("button").Click();
        Assert.True(ended);
    }

    [Fact]
    public void A_trouble_names_its_reason_and_the_next_try()
    {
        var text = Assert.Single(Notes(Site() with { Trouble = Trouble }));
        Assert.Contains("The image is not here.", text, StringComparison.Ordinal);
        Assert.Contains("tries again", text, StringComparison.Ordinal);
        Assert.Contains("in 2 minutes", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_the_panel_stopped_it_by_itself_is_there_until_it_is_started()
    {
        var stopped = Site(SiteState.Stopped) with { StoppedReason = "It filled the disk: …, then start it." };
        Assert.Contains("It filled the disk: …, then start it.", Assert.Single(Notes(stopped)), StringComparison.Ordinal);
        Assert.Empty(Notes(stopped with { ActiveOperation = new ActiveOperationView(Guid.Empty, "start-site", "Start") }));
    }

    [Fact]
    public void What_waits_for_somebody_leads_to_the_services() =>
        Assert.Contains(
            "as soon as it can",
            Assert.Single(Notes(Site() with { Trouble = Trouble with { NextTryAt = null } })),
            StringComparison.Ordinal
        );

    [Fact]
    public void While_somebody_keeps_the_panel_off_no_try_is_promised() =>
        Assert.DoesNotContain("tries again", Notes(Site() with { Trouble = Trouble, HandsOff = Off })[1], StringComparison.Ordinal);

    [Fact]
    public void While_something_is_done_to_it_that_is_what_counts() =>
        Assert.Empty(Notes(Site(active: new ActiveOperationView(Guid.Empty, "heal-site", "Heal")) with { Trouble = Trouble }));

    [Theory]
    [InlineData(SiteState.Running, true)]
    [InlineData(SiteState.Stopped, true)]
    [InlineData(SiteState.Trashed, false)]
    [InlineData(SiteState.New, false)]
    public void Hands_off_is_offered_where_there_is_something_to_mend(SiteState state, bool offered) =>
        Assert.Equal(
            offered,
            Render<SiteOverview>(parameters => parameters.Add(overview => overview.Site, Site(state)))
                .FindAll("button .rz-button-text")
                .Any(text => text.TextContent == "Hands off…")
        );

    [Fact]
    public void A_service_that_does_not_run_says_why_and_when_it_is_started_again()
    {
        var service = new SiteServiceView("web", "hp-food-bank-web", "wordpress:1", true, 0, "failed", null, "vm", Now)
        {
            Reason = new ServiceReasonView("out-of-memory", "It needed more memory.", Now.AddMinutes(-2)),
            RestsUntil = Now.AddMinutes(4),
        };
        var row = Render<SiteServices>(parameters => parameters.Add(table => table.Site, Site()).Add(table => table.Services, [service]))
            .Find("tbody tr");
        Assert.Equal("Rests", row.QuerySelector(".chip")!.TextContent);
        Assert.Contains("It needed more memory.", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("started again in 4 minutes", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_service_may_use_stands_beside_what_was_read_back()
    {
        var limits = new ServiceLimitsView(0.5m, 512L << 20, 200);
        var service = new SiteServiceView("web", "hp-food-bank-web", "wordpress:1", true, 1, "running", null, "vm", Now)
        {
            Limits = limits,
            RunsWith = limits,
        };
        Assert.Contains("0.5 CPU, 512 MB memory, 200 processesread back: the same", Cell(service), StringComparison.Ordinal);
        Assert.Contains(
            "runs with any CPU, 512 MB memory, any processes",
            Cell(service with { RunsWith = limits with { Cpus = 0, Pids = 0 } }),
            StringComparison.Ordinal
        );
        // Nothing of it runs: there is nothing to compare.
        Assert.DoesNotContain("read back", Cell(service with { RunsWith = null }), StringComparison.Ordinal);

        string Cell(SiteServiceView shown) =>
            string.Concat(
                Render<SiteServices>(parameters => parameters.Add(table => table.Site, Site()).Add(table => table.Services, [shown]))
                    .FindAll("tbody td")[3]
                    .TextContent.Split('\n')
                    .Select(line => line.Trim())
            );
    }

    private string[] Notes(SiteView site) =>
        [.. Render<SiteMending>(parameters => parameters.Add(note => note.Site, site)).FindAll(".note").Select(note => note.TextContent)];
}
