using HostingPanel.Sites.Disposability;

namespace HostingPanel.Tests.Disposability;

public sealed class FrontPageTests
{
    [Theory]
    [InlineData("<p>a</p><!-- made in 0.21 s\n-->", "<p>a</p><!-- made in 0.34 s\nby the cache -->")]
    [InlineData("""<script nonce="aB3/x+9=">go()</script>""", """<script nonce="Zz0/y+1=">go()</script>""")]
    [InlineData("""{"nonce":"0a1b2c3d4e","x":1}""", """{"nonce":"ffffffffff","x":1}""")]
    [InlineData("""<a href="/out?_wpnonce=0a1b2c3d4e">""", """<a href="/out?_wpnonce=1234567890">""")]
    [InlineData("""<input type="hidden" name="form" value="x1y2">""", """<input type="hidden" name="form" value="q9">""")]
    [InlineData("<i data-token=0123456789abcdef0123>", "<i data-token=fedcba98765432100000>")]
    [InlineData("now 2026-11-23T01:02:03Z", "now 2026-11-23T01:02:04.5+01:00")]
    [InlineData("at 1:02:03", "at 23:59:59")]
    [InlineData("?t=1795394421", "?t=1795394422.75")]
    [InlineData("<p>a</p>\n\n<p>b</p>", "<p>a</p> <p>b</p>\n")]
    public void Two_answers_that_differ_by_what_is_new_in_each_are_the_same(string one, string two) =>
        Assert.Equal(FrontPage.Digest(one), FrontPage.Digest(two));

    [Theory]
    [InlineData("<p>12 members</p>", "<p>11 members</p>")]
    [InlineData("<title>Food bank</title>", "<title>Food Bank</title>")]
    [InlineData("""<input type="text" value="a">""", """<input type="text" value="b">""")]
    [InlineData("<p>2026-11-23</p>", "<p>2026-11-24</p>")]
    [InlineData("", "<p></p>")]
    public void What_visitors_read_counts(string one, string two) => Assert.NotEqual(FrontPage.Digest(one), FrontPage.Digest(two));
}
