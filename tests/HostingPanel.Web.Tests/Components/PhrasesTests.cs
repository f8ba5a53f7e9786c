using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Components;

public sealed class PhrasesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0.42, "0.4 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(11_400, "3 h 10 min")]
    public void Durations_are_as_exact_as_people_read_them(double seconds, string words) =>
        Assert.Equal(words, Phrases.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-10, "just now")]
    [InlineData(10, "in a moment")]
    [InlineData(-60, "1 minute ago")]
    [InlineData(-3_600, "1 hour ago")]
    [InlineData(86_400, "in 1 day")]
    [InlineData(-5 * 86_400, "5 days ago")]
    [InlineData(-40 * 86_400, "2 Feb 2026")]
    public void Moments_are_near_or_a_date(int seconds, string words) => Assert.Equal(words, Phrases.When(Now.AddSeconds(seconds), Now));

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(1024, "1 KB")]
    [InlineData(4_404_019, "4.2 MB")]
    [InlineData(536_870_912, "512 MB")]
    public void Sizes_have_three_digits_at_most(long bytes, string words) => Assert.Equal(words, Phrases.Bytes(bytes));
}
