using Bunit;
using HostingPanel.Volumes;
using HostingPanel.Web.Tests.Components;
using HostingPanel.Web.Volumes;

namespace HostingPanel.Web.Tests.Volumes;

public sealed class GrowthTests : ComponentTest
{
    [Fact]
    public void A_curve_runs_from_left_to_right_above_nothing()
    {
        var curve = new GrowthCurve([Measurement(0, 100), Measurement(-2, 0), Measurement(-1, 50)]);
        Assert.True(curve.IsCurve);
        Assert.Equal(108, curve.Top);
        Assert.Equal("M 0 100 L 50 53.7 L 100 7.41", curve.Line);
        Assert.EndsWith("L 100 100 L 0 100 Z", curve.Area, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "was not measured yet")]
    [InlineData(1, "begins with the second measurement")]
    public void Too_few_measurements_are_said_to_be_so(int count, string text) =>
        Assert.Contains(text, Chart(Enumerable.Range(0, count).Select(day => Measurement(-day, 10))).Markup, StringComparison.Ordinal);

    [Fact]
    public void The_chart_says_in_words_and_numbers_what_it_draws()
    {
        var chart = Chart([Measurement(-10, 2 << 20), Measurement(0, 8 << 20)]);
        Assert.Equal("From 2 MB on 4 Mar 2026 to 8 MB on 14 Mar 2026", chart.Find("svg").GetAttribute("aria-label"));
        Assert.Equal(2, chart.FindAll("tbody tr").Count);
        Assert.Contains("8 MB", chart.Find("tbody tr").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Measurements_of_one_moment_and_of_nothing_are_drawn_too()
    {
        Assert.Equal("M 100 100 L 100 100", new GrowthCurve([Measurement(0, 0), Measurement(0, 0)]).Line);
        Assert.Empty(new GrowthCurve([Measurement(0, 5)]).Area);
    }

    private IRenderedComponent<GrowthChart> Chart(IEnumerable<MeasurementView> measurements) =>
        Render<GrowthChart>(parameters => parameters.Add(chart => chart.Measurements, [.. measurements]));

    private static MeasurementView Measurement(int day, long bytes) => new(Now.AddDays(day), bytes, bytes, 7);
}
