using Bunit;
using HostingPanel.Backups;
using HostingPanel.Web.Backups;

namespace HostingPanel.Web.Tests.Backups;

public sealed class RestorePointContentsCardTests : BackupComponentTest
{
    [Fact]
    public void It_counts_tables_rows_and_files_and_says_what_is_left_out_and_why()
    {
        var card = Card(new ContentOmission("volume", "cache", "What is in it can be made again."));
        Assert.Equal(
            ["main", "2", "1,204", "1 view, 2 triggers", "2 MB"],
            card.FindAll("#point-databases ~ .table-scroll td").Select(cell => cell.TextContent.Trim())
        );
        Assert.Equal("volume cache", card.Find("#point-left-out").ParentElement!.ParentElement!.QuerySelector("dt")!.TextContent);
        Assert.Contains("What is in it can be made again.", card.Markup, StringComparison.Ordinal);
        Assert.Contains("1 could not be read", card.Markup, StringComparison.Ordinal);
        Assert.Contains("main.log", card.Markup, StringComparison.Ordinal);
        Assert.Contains("5160", card.Find(".signature").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_tables_are_text_whatever_they_look_like_and_the_largest_comes_first() =>
        Assert.Equal(["wp_posts", "wp_<i>x</i>"], Card().FindAll(".row-counts .mono").Select(name => name.TextContent));

    [Fact]
    public void With_nothing_left_out_it_says_so() => Assert.Contains("Nothing.", Card().Markup, StringComparison.Ordinal);

    private IRenderedComponent<RestorePointContentsCard> Card(params ContentOmission[] leftOut) =>
        Render<RestorePointContentsCard>(parameters => parameters.Add(card => card.Contents, Contents(leftOut)));
}
