using HostingPanel.Sites;

namespace HostingPanel.Tests.Sites;

public sealed class SiteRulesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("food-bank")]
    [InlineData("a1-b2-c3")]
    [InlineData("abcdefghijklmnopqrstuvwxyz1234")]
    public void A_plain_slug_is_taken(string slug) => Assert.Null(SiteRules.SlugFault(slug));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-food")]
    [InlineData("food-")]
    [InlineData("food--bank")]
    [InlineData("Food")]
    [InlineData("1food")]
    [InlineData("food bank")]
    [InlineData("food.bank")]
    [InlineData("food;id")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("food\n")]
    [InlineData("food\0")]
    [InlineData("'food'")]
    [InlineData("--help")]
    [InlineData("../x")]
    [InlineData("f\u043eod")]
    [InlineData("food\u202e")]
    [InlineData("abcdefghijklmnopqrstuvwxyz12345")]
    [InlineData("panel")]
    [InlineData("front")]
    public void What_is_no_slug_is_refused_with_a_reason(string? slug) => Assert.NotNull(SiteRules.SlugFault(slug));

    [Fact]
    public void Every_short_string_of_odd_characters_is_refused()
    {
        foreach (
            var letter in Enumerable
                .Range(0, 0x3000)
                .Select(code => (char)code)
                .Where(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter))
        )
        {
            if (letter != '-')
            {
                Assert.NotNull(SiteRules.SlugFault($"a{letter}b"));
            }

            Assert.NotNull(SiteRules.SlugFault($"ab{letter}"));
        }
    }

    [Theory]
    [InlineData("admin@example.org")]
    [InlineData("first.last+tag@sub.example.org")]
    public void An_address_is_taken(string email) => Assert.Null(SiteRules.EmailFault(email));

    [Theory]
    [InlineData("admin")]
    [InlineData("admin@")]
    [InlineData("@example.org")]
    [InlineData("admin@example")]
    [InlineData("a b@example.org")]
    [InlineData("Admin <admin@example.org>")]
    [InlineData("admin@example.org\nBcc: x@y.org")]
    [InlineData("admin@-example.org")]
    [InlineData("a@b.org,c@d.org")]
    public void What_is_no_address_is_refused(string email) => Assert.NotNull(SiteRules.EmailFault(email));

    [Theory]
    [InlineData("Food & Friends")]
    [InlineData("日本語 Über $HOME {{ x }}")]
    public void A_title_may_say_anything_visible(string title) => Assert.Null(SiteRules.TextFault(title, "A title", 120));

    [Theory]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    [InlineData("\u001b[31mred")]
    [InlineData("hidden\u200b")]
    [InlineData("turned\u202e")]
    [InlineData("nul\0")]
    public void A_title_that_hides_or_reorders_is_refused(string title) => Assert.NotNull(SiteRules.TextFault(title, "A title", 120));
}
