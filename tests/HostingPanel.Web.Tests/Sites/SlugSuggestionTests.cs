using HostingPanel.Web.Sites;

namespace HostingPanel.Web.Tests.Sites;

public sealed class SlugSuggestionTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("  ", "")]
    [InlineData("Food Bank", "food-bank")]
    [InlineData("2020 – the year’s best!", "the-years-best")]
    [InlineData("Straße & Übung", "strasse-and-uebung")]
    [InlineData("Łódź", "lodz")]
    [InlineData("日本", "")]
    [InlineData("The Mountain Rescue Team of the Northern Valleys", "the-mountain-rescue-team-of")]
    [InlineData("Donaudampfschifffahrtsgesellschaft", "donaudampfschifffahrtsgesellsc")]
    public void A_title_becomes_a_slug(string? title, string slug) => Assert.Equal(slug, SlugSuggestion.From(title));
}
