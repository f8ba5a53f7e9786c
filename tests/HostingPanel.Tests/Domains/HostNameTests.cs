using HostingPanel.Domains;

namespace HostingPanel.Tests.Domains;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("www.example.org", "www.example.org")]
    [InlineData("WWW.Example.ORG", "www.example.org")]
    [InlineData("www.example.org.", "www.example.org")]
    [InlineData("  www.example.org ", "www.example.org")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("a.b-c.d1", "a.b-c.d1")]
    public void A_host_name_comes_out_in_its_one_normal_form(string typed, string normal) =>
        Assert.Equal(normal, HostName.Normalise(typed, "domains[0]").Value);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("example")]
    [InlineData("*.example.org")]
    [InlineData("exa mple.org")]
    [InlineData("example.org\r\nuse_backend other")]
    [InlineData("example.org:80")]
    [InlineData("http://example.org")]
    [InlineData("example.org/path")]
    [InlineData("-a.example.org")]
    [InlineData("a-.example.org")]
    [InlineData("a..example.org")]
    [InlineData(".example.org")]
    [InlineData("example.org..")]
    [InlineData("192.0.2.1")]
    [InlineData("::1")]
    [InlineData("a_b.example.org")]
    [InlineData("$(id).example.org")]
    [InlineData("a;b.example.org")]
    [InlineData("example.123")]
    public void What_is_no_host_name_is_refused_at_its_place(string? typed)
    {
        var problem = HostName.Normalise(typed, "domains[3]").Problem;
        Assert.Equal("domains[3]", Assert.Single(problem!.Errors).Path);
    }

    [Fact]
    public void A_label_has_at_most_63_characters_and_a_name_253()
    {
        Assert.Null(HostName.Normalise($"{new string('a', 63)}.org", "x").Problem);
        Assert.NotNull(HostName.Normalise($"{new string('a', 64)}.org", "x").Problem);
        var label = new string('b', 61);
        Assert.NotNull(HostName.Normalise($"{label}.{label}.{label}.{label}.long.org", "x").Problem);
    }
}
