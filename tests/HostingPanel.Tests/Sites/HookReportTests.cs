using HostingPanel.Platform;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Tests.Sites;

public sealed class HookReportTests
{
    [Theory]
    [InlineData("""{"error":"the database is full"}""", "the database is full")]
    [InlineData("""{"error":{"code":7}}""", """{"error":{"code":7}}""")]
    [InlineData("Segmentation fault ", "Segmentation fault")]
    [InlineData("[1, 2]", "[1, 2]")]
    [InlineData("""{"error":""}""", "it said nothing")]
    public void The_last_line_says_why_a_hook_failed(string line, string why) =>
        Assert.Equal(why, HookReport.WhyOf(new JobResult(1, ["""{"done":"half"}""", line, ""], ["PHP Warning: odd"])));

    [Fact]
    public void A_hook_that_printed_nothing_may_have_complained()
    {
        Assert.Equal("Out of memory", HookReport.WhyOf(new JobResult(137, [], ["PHP Warning: odd", "Out of memory"])));
        Assert.Equal("it said nothing", HookReport.WhyOf(new JobResult(137, [], [])));
    }

    [Fact]
    public void An_endless_complaint_is_cut() =>
        Assert.Equal(501, HookReport.WhyOf(new JobResult(1, [new string('x', 100_000)], [])).Length);
}
