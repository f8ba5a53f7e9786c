using System.Globalization;
using System.Text;
using HostingPanel.Volumes;

namespace HostingPanel.Web.Volumes;

/// <summary>
/// Measurements as a curve in a square of 100 by 100, time to the right and bytes upwards, from nothing to a little above the most: a curve
/// that began at its smallest value would make every volume look as if it exploded.
/// </summary>
internal sealed class GrowthCurve
{
    private const double Headroom = 1.08;
    private readonly List<(double X, double Y)> _points;

    public GrowthCurve(IEnumerable<MeasurementView> measurements)
    {
        Measurements = [.. measurements.OrderBy(measurement => measurement.MeasuredAt)];
        var most = Measurements.Count == 0 ? 0 : Measurements.Max(measurement => measurement.Bytes);
        Top = (long)Math.Ceiling(Math.Max(most, 1) * Headroom);
        var begin = Measurements.Count == 0 ? default : Measurements[0].MeasuredAt;
        var span = Measurements.Count == 0 ? 0 : (Measurements[^1].MeasuredAt - begin).TotalSeconds;
        _points =
        [
            .. Measurements.Select(measurement =>
                (span <= 0 ? 100 : (measurement.MeasuredAt - begin).TotalSeconds / span * 100, 100 - (double)measurement.Bytes / Top * 100)
            ),
        ];
    }

    /// <summary>The measurements, the oldest first.</summary>
    public IReadOnlyList<MeasurementView> Measurements { get; }

    /// <summary>How many bytes the upper edge stands for.</summary>
    public long Top { get; }

    /// <summary>False with fewer than two measurements: one point is no curve.</summary>
    public bool IsCurve => _points.Count > 1;

    /// <summary>The line, as an SVG path.</summary>
    public string Line => Path(_points);

    /// <summary>What is under the line, as an SVG path.</summary>
    public string Area => IsCurve ? $"{Path(_points)} L 100 100 L {Number(_points[0].X)} 100 Z" : string.Empty;

    private static string Path(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points)
        {
            path.Append(path.Length == 0 ? "M " : " L ").Append(Number(x)).Append(' ').Append(Number(y));
        }

        return path.ToString();
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
