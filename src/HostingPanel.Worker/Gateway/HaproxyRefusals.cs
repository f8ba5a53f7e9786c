using System.Globalization;
using System.Text.RegularExpressions;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>Reads what HAProxy has counted of refused requests: its table <c>refusals</c>, through the master's socket.</summary>
internal sealed partial class HaproxyRefusals(MasterSocket master) : IGatewayRefusals
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<RefusalCount>?> ReadAsync(CancellationToken cancellationToken) =>
        await master.TableAsync("refusals", cancellationToken) is { } table ? Parse(table) : null;

    /// <summary>The entries of a dumped table; lines of another form are passed by.</summary>
    internal static IReadOnlyList<RefusalCount> Parse(string table) => [.. Entry().Matches(table).Select(Read).OfType<RefusalCount>()];

    private static RefusalCount? Read(Match entry) =>
        ReasonOf(entry.Groups["reason"].Value) is { } reason
        && long.TryParse(entry.Groups["total"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var total)
        && long.TryParse(entry.Groups["rate"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var rate)
            ? new RefusalCount(entry.Groups["slug"].Value, reason, entry.Groups["address"].Value, total, rate)
            : null;

    private static TrafficRefusal? ReasonOf(string word) =>
        word switch
        {
            "address" => TrafficRefusal.Address,
            "banned" => TrafficRefusal.Banned,
            "pages" => TrafficRefusal.Pages,
            "at-once" => TrafficRefusal.AtOnce,
            "requests" => TrafficRefusal.Requests,
            "expensive" => TrafficRefusal.Expensive,
            "crawler" or "unwanted" => TrafficRefusal.Crawler,
            "queue" => TrafficRefusal.Queue,
            "size" => TrafficRefusal.Size,
            _ => null,
        };

    [GeneratedRegex(
        @"^0x[0-9a-f]+: key=(?<slug>[a-z0-9-]+)\|(?<reason>[a-z-]+)\|(?<address>[0-9a-f:.]+) .*?\bgpc0=(?<total>[0-9]+) gpc0_rate\([0-9]+\)=(?<rate>[0-9]+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline,
        5000
    )]
    private static partial Regex Entry();
}
