using Bunit;
using HostingPanel.Visits;
using HostingPanel.Web.Tests.Components;
using HostingPanel.Web.Visits;

namespace HostingPanel.Web.Tests.Visits;

public sealed class VisitChartTests : ComponentTest
{
    [Fact]
    public void Bars_stand_on_each_other_and_the_highest_fills_the_height()
    {
        var bars = new VisitBars([Figures(0, 50, 0, 50, 120), Figures(1, 20, 0, 0, 60)]);
        Assert.Equal((100L, 120.0), (bars.Top, bars.TopMilliseconds));
        Assert.Equal("M 5 100 V 50 H 45 V 100 Z M 55 100 V 80 H 95 V 100 Z", bars.Good.Trim());
        Assert.Equal("M 5 50 V 0 H 45 V 50 Z", bars.Bad.Trim());
        Assert.Empty(bars.Warn);
        Assert.Equal("M 25 0 L 75 50", bars.Line.Trim());
    }

    [Fact]
    public void Where_nobody_came_there_is_no_bar_and_the_line_is_broken()
    {
        var bars = new VisitBars([Figures(0, 1, 0, 0, 10), Figures(1, 0, 0, 0, null), Figures(2, 1, 0, 0, 10)]);
        Assert.Equal(2, bars.Good.Split('Z', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length);
        Assert.Equal(2, bars.Line.Split('M', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length);
        Assert.Equal(string.Empty, new VisitBars([]).Good);
    }

    [Fact]
    public void What_visitors_send_is_inert()
    {
        var tops = Render<VisitTops>(list =>
            list.Add(one => one.Title, "Who")
                .Add(one => one.Head, "Agent")
                .Add(one => one.Tops, [new VisitTopView("<script>alert(1)</script>\u001b[31m\u202eevil", 3)])
        );
        Assert.Empty(tops.FindAll("script"));
        Assert.Equal("<script>alert(1)</script>evil", tops.Find("td").TextContent);
    }

    private static VisitFigures Figures(int index, long good, long client, long server, double? p95) =>
        new(Now.AddHours(index), good + client + server, good, 0, client, server, 0, 1000, p95 / 2, p95, 0);
}
