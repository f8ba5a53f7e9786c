using Bunit;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Components;

public sealed class EmptyStateTests : ComponentTest
{
    [Theory]
    [InlineData(1, "h1")]
    [InlineData(2, "h2")]
    public void It_says_what_is_missing_and_what_to_do_next(int level, string heading)
    {
        var state = Render<EmptyState>(parameters =>
            parameters
                .Add(empty => empty.Icon, "language")
                .Add(empty => empty.Title, "No sites yet")
                .Add(empty => empty.Level, level)
                .Add(empty => empty.Text, "Create one.")
                .Add(empty => empty.Action, "<a href=\"new\">Create site</a>")
        );
        Assert.Equal("No sites yet", state.Find(heading).TextContent);
        Assert.Equal("Create one.", state.Find("p").TextContent);
        Assert.Equal("new", state.Find(".actions a").GetAttribute("href"));
        Assert.Equal("true", state.Find(".rzi").GetAttribute("aria-hidden"));
    }
}
