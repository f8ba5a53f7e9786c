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
    [InlineData("`id`.example.org")]
    [InlineData("a\nb.example.org")]
    [InlineData("a\u0000.example.org")]
    [InlineData("'a'.example.org")]
    [InlineData("--help")]
    [InlineData("../x.example.org")]
    [InlineData("xn--a.example.org")]
    [InlineData("xn--example-.org")]
    [InlineData("a\u202eb.example.org")]
    [InlineData("аpple.example")]
    [InlineData("xn--pple-43d.example")]
    [InlineData("gοοgle.example")]
    [InlineData("раypаl.example")]
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

    [Theory]
    [InlineData("例え.example")]
    [InlineData("日本語カナかな.example")]
    [InlineData("한국어.example")]
    [InlineData("пример.example")]
    [InlineData("παράδειγμα.example")]
    [InlineData("مثال.example")]
    [InlineData("café-2.example")]
    [InlineData("日本abc.example")]
    public void A_label_in_one_script_or_in_those_that_are_written_together_is_a_name_and_is_shown_as_it_is_written(string typed)
    {
        var normal = HostName.Normalise(typed, "x").Value;
        Assert.StartsWith("xn--", normal, StringComparison.Ordinal);
        Assert.Equal(typed, HostName.ToUnicode(normal));
        Assert.Equal(normal, HostName.Normalise(normal, "x").Value);
    }

    [Theory]
    [InlineData("*.example.org", "*.example.org")]
    [InlineData(" *.EXAMPLE.org. ", "*.example.org")]
    [InlineData("*.bücher.example", "*.xn--bcher-kva.example")]
    [InlineData("www.example.org", "www.example.org")]
    public void A_wildcard_stands_in_front_alone(string typed, string normal) =>
        Assert.Equal(normal, HostName.NormaliseWithWildcard(typed, "x").Value);

    [Theory]
    [InlineData("*")]
    [InlineData("*.org")]
    [InlineData("*.*.example.org")]
    [InlineData("a.*.example.org")]
    [InlineData("a*.example.org")]
    [InlineData("*example.org")]
    public void Any_other_wildcard_is_refused(string typed) => Assert.NotNull(HostName.NormaliseWithWildcard(typed, "x").Problem);

    [Fact]
    public void Names_have_twins_with_and_without_www()
    {
        Assert.Equal("www.example.org", HostName.TwinOf("example.org"));
        Assert.Equal("example.org", HostName.TwinOf("www.example.org"));
        Assert.Null(HostName.TwinOf("*.example.org"));
        Assert.Null(HostName.TwinOf("www.org"));
        Assert.Equal("*.example.org", HostName.WildcardOver("www.example.org"));
        Assert.Equal("*.org", HostName.WildcardOver("example.org"));
    }

    /// <summary>ABUSE 3: whatever is put together, what comes out is one plain name, and the same when it is put in again in any spelling.</summary>
    [Fact]
    public void Whatever_is_typed_comes_out_as_one_plain_name_or_not_at_all()
    {
        string[] pieces =
        [
            "a",
            "Z",
            "9",
            "-",
            ".",
            "*",
            "*.",
            "xn--",
            "www.",
            "ü",
            "ß",
            "İ",
            "ı",
            "а",
            "ο",
            "é",
            "e\u0301",
            "日",
            "\u200d",
            "\u202e",
            "\u00ad",
            "。",
            "．",
            "\n",
            " ",
            "\t",
            "\0",
            ":",
            "/",
            "@",
            "_",
            "$(id)",
            "`",
            "'",
            "\"",
            ";",
            "%",
            "#",
            "{",
            "localhost",
            "example.org",
            "K",
            "🙂",
        ];
        var state = 20_261_127u;
        var good = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var typed =
                string.Concat(Enumerable.Range(0, 1 + (int)(Next() % 6)).Select(_ => pieces[Next() % pieces.Length]))
                + (Next() % 2 == 0 ? ".org" : "");
            if (!HostName.NormaliseWithWildcard(typed, "x").TryGet(out var normal, out _))
            {
                continue;
            }

            good++;
            Assert.Matches(@"^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?\z", normal);
            foreach (var again in new[] { normal, $"{normal}.", normal.ToUpperInvariant(), $" {normal}\t", HostName.ToUnicode(normal) })
            {
                Assert.Equal((typed, again, normal), (typed, again, HostName.NormaliseWithWildcard(again, "x").Value));
            }
        }

        Assert.True(good > 500, $"Only {good} names came out.");

        uint Next() => state = (state * 1_664_525) + 1_013_904_223 >> 0;
    }
}
