using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites visits</c>.</summary>
internal static class VisitCommands
{
    public static Command Show(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var span = new Option<string>("--span") { Description = "hour, day, week or quarter", DefaultValueFactory = _ => "day" };
        var command = new Command("visits", "What visitors asked of a site") { slug, span };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var visits = await session.Panel.Sites.GetVisitsAsync(parsed.GetValue(slug)!, parsed.GetValue(span), cancellationToken);
                session.Output.WriteTable(
                    [.. visits.Series.Where(figures => figures.Requests > 0), visits.Total],
                    ["FROM", "REQUESTS", "4XX", "5XX", "REFUSED", "MEDIAN MS", "P95 MS", "BYTES"],
                    figures =>
                        [
                            ReferenceEquals(figures, visits.Total) ? "in all" : Output.Time(figures.From),
                            Number(figures.Requests),
                            Number(figures.ClientErrors),
                            Number(figures.ServerErrors),
                            Number(figures.Refused),
                            Number(figures.MedianMilliseconds),
                            Number(figures.P95Milliseconds),
                            Number(figures.Bytes),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Number(double? number) => number?.ToString("0", CultureInfo.InvariantCulture);
}
