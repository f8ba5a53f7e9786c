using System.Text.Json;

namespace HostingPanel.Benchmarks;

/// <summary>A measured figure beside its reference, as one JSON line.</summary>
internal static class Figure
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Print(string name, double ours, double reference, string unit) =>
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    name,
                    ours = Math.Round(ours, 3),
                    reference = Math.Round(reference, 3),
                    ratio = Math.Round(ours / reference, 3),
                    unit,
                },
                Json
            )
        );

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
