using Bunit;
using HostingPanel.Volumes;
using HostingPanel.Web.Tests.Components;
using HostingPanel.Web.Volumes;

namespace HostingPanel.Web.Tests.Volumes;

public sealed class VolumeTableTests : ComponentTest
{
    [Fact]
    public void A_row_says_what_a_volume_is_who_mounts_it_and_whether_a_backup_takes_it()
    {
        var row = Table([Volume()]).Find("tbody tr").TextContent;
        foreach (var text in new[] { "content", "files", "Food Bank", "5 MB", "1,204", "web:/content", "vm", "Not covered" })
        {
            Assert.Contains(text, row, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_not_known_yet_is_said_to_be_so()
    {
        var row = Table([Volume(bytes: null, standsAlone: true)]).Find("tbody tr").TextContent;
        Assert.Contains("not measured", row, StringComparison.Ordinal);
        Assert.Contains("nothing", row, StringComparison.Ordinal);
    }

    [Fact]
    public void The_heads_lead_to_other_orders_and_say_which_one_there_is()
    {
        var table = Table([Volume()], new VolumeSort(VolumeOrder.Size, IsDescending: true));
        var size = table.FindAll("th").Single(head => head.TextContent.Contains("Size", StringComparison.Ordinal));
        Assert.Equal("descending", size.GetAttribute("aria-sort"));
        Assert.Equal("?sort=size", size.QuerySelector("a")!.GetAttribute("href"));
        var links = table.FindAll("th a").Select(link => link.GetAttribute("href"));
        Assert.Equal(["?sort=name", "?sort=site", "?sort=size", "?sort=-files"], links);
    }

    [Fact]
    public void Where_the_order_can_not_be_chosen_the_heads_are_words()
    {
        Assert.Empty(Table([Volume()]).FindAll("th a"));
        Assert.DoesNotContain("Site", Table([Volume()], showSite: false).Find("thead").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VolumeState.New, "Being made")]
    [InlineData(VolumeState.Trashed, "In the trash")]
    public void A_volume_that_is_not_simply_there_says_so(VolumeState state, string text) =>
        Assert.Contains(text, Table([Volume(state: state, standsAlone: true)]).Markup, StringComparison.Ordinal);

    private IRenderedComponent<VolumeTable> Table(IReadOnlyList<VolumeView> volumes, VolumeSort? sort = null, bool showSite = true) =>
        Render<VolumeTable>(parameters =>
            parameters
                .Add(table => table.Volumes, volumes)
                .Add(table => table.ShowSite, showSite)
                .Add(table => table.Sort, sort)
                .Add(table => table.SortHref, sort is null ? null : order => $"?sort={order}")
        );
}
