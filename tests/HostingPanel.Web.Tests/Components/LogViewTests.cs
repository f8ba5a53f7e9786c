using Bunit;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Components;

public sealed class LogViewTests : ComponentTest
{
    [Fact]
    public void Markup_in_a_log_is_text()
    {
        var view = Show(LogViewLine.From(Now, false, "<script>alert(1)</script>"));
        Assert.Empty(view.FindAll("script"));
        Assert.Contains("<script>alert(1)</script>", view.Find(".log-line").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\e[31mred\e[0m", "red")]
    [InlineData("title\e]0;evil\a.", "title]0;evil.")]
    [InlineData("\e[", "")]
    [InlineData("a\u202Eb\rc\td", "abc\td")]
    public void Terminal_sequences_and_invisible_characters_are_taken_out(string written, string shown) =>
        Assert.Equal(shown, LogViewLine.From(null, false, written).Text);

    [Fact]
    public void Lines_have_their_time_and_those_of_the_error_stream_are_marked()
    {
        var view = Show(LogViewLine.From(Now, true, "oops"));
        Assert.Equal("12:00:00", view.Find(".log-line.log-error .log-time").TextContent);
        Assert.Equal("log", view.Find("pre").GetAttribute("role"));
    }

    [Fact]
    public void Without_lines_it_says_so() => Assert.Equal("No lines yet.", Show().Find(".log-empty").TextContent);

    private IRenderedComponent<LogView> Show(params LogViewLine[] lines) =>
        Render<LogView>(parameters =>
            parameters.Add(view => view.Id, "log").Add(view => view.Label, "Log of web").Add(view => view.Lines, lines)
        );
}
