using Bunit;
using HostingPanel.Sites;
using HostingPanel.Web.Sites;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Sites;

public sealed class SiteStateChipTests : ComponentTest
{
    [Theory]
    [InlineData(SiteState.New, "New", "chip-off")]
    [InlineData(SiteState.Failed, "Failed", "chip-bad")]
    [InlineData(SiteState.Running, "Running", "chip-ok")]
    [InlineData(SiteState.Stopped, "Stopped", "chip-off")]
    [InlineData(SiteState.Trashed, "In the trash", "chip-warn")]
    public void A_settled_site_shows_its_state(SiteState state, string text, string style) => AssertShows(Site(state), text, style);

    [Fact]
    public void A_site_that_is_being_changed_shows_what_is_done_to_it() =>
        AssertShows(Site(SiteState.Running, new ActiveOperationView(Guid.Empty, "restart-site", "Restart")), "Restart…", "chip-busy");

    [Fact]
    public void A_site_in_trouble_does_not_look_as_if_all_were_well() =>
        AssertShows(
            Site() with
            {
                Trouble = new SiteTroubleView("unhealthy", "It is ill.", Now, null),
            },
            "Running, in trouble",
            "chip-warn"
        );

    [Fact]
    public void A_site_that_the_panel_stopped_does_not_look_as_if_a_person_had() =>
        AssertShows(Site(SiteState.Stopped) with { StoppedReason = "It filled the disk." }, "Stopped by the panel", "chip-warn");

    [Fact]
    public void A_site_that_the_panel_leaves_alone_says_so_beside_its_state() =>
        Assert.Equal(
            ["Running", "Hands off"],
            Render<SiteStateChip>(parameters =>
                    parameters.Add(chip => chip.Site, Site() with { HandsOff = new HandsOffView("Why", "Ada", Now, Now.AddHours(1)) })
                )
                .FindAll(".chip")
                .Select(chip => chip.TextContent)
        );

    private void AssertShows(SiteView site, string text, string style)
    {
        var chip = Render<SiteStateChip>(parameters => parameters.Add(chip => chip.Site, site)).Find(".chip");
        Assert.Equal(text, chip.TextContent);
        Assert.Contains(style, chip.ClassList);
    }
}
