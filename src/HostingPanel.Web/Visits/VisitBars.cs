using System.Globalization;
using System.Text;
using HostingPanel.Visits;

namespace HostingPanel.Web.Visits;

/// <summary>A chart's shapes in a square of 100 by 100: bars of requests by how they were answered, one over the other, and a line of response times.</summary>
internal sealed class VisitBars
{
    private const double Gap = 0.2;

    public VisitBars(IReadOnlyList<VisitFigures> series)
    {
        Top = series.Select(figures => figures.Requests).DefaultIfEmpty(0).Max();
        TopMilliseconds = series.Select(figures => figures.P95Milliseconds ?? 0).DefaultIfEmpty(0).Max();
        var (good, warn, bad, line) = (new StringBuilder(), new StringBuilder(), new StringBuilder(), new StringBuilder());
        var width = 100.0 / Math.Max(1, series.Count);
        var isDrawing = false;
        foreach (var (index, figures) in series.Index())
        {
            var left = width * index;
            var floor = 100.0;
            floor = Bar(good, left, width, floor, figures.Good + figures.Redirected);
            floor = Bar(warn, left, width, floor, figures.ClientErrors);
            Bar(bad, left, width, floor, figures.ServerErrors);
            if (figures.P95Milliseconds is { } p95 && TopMilliseconds > 0)
            {
                line.Append(isDrawing ? " L " : " M ")
                    .Append(Number(left + (width / 2)))
                    .Append(' ')
                    .Append(Number(100 - (p95 * 100 / TopMilliseconds)));
                isDrawing = true;
            }
            else
            {
                // Where nobody came there is nothing to tell.
                isDrawing = false;
            }
        }

        (Good, Warn, Bad, Line) = (good.ToString(), warn.ToString(), bad.ToString(), line.ToString());
    }

    /// <summary>The most requests of a bar.</summary>
    public long Top { get; }

    /// <summary>The longest of the response times.</summary>
    public double TopMilliseconds { get; }
    public string Good { get; }
    public string Warn { get; }
    public string Bad { get; }
    public string Line { get; }

    private double Bar(StringBuilder path, double left, double width, double floor, long count)
    {
        if (count == 0 || Top == 0)
        {
            return floor;
        }

        var top = floor - (count * 100.0 / Top);
        path.Append(
            CultureInfo.InvariantCulture,
            $"M {Number(left + (width * Gap / 2))} {Number(floor)} V {Number(top)} H {Number(left + (width * (1 - (Gap / 2))))} V {Number(floor)} Z "
        );
        return top;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
