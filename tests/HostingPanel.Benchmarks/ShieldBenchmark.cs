using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Benchmarks;

/// <summary>
/// What site B's visitors notice while site A is flooded: by thousands of requests a second from eight addresses, forty connections each, and
/// by four addresses that open as many connections as they get and send a letter now and then. The reference is the same visitor while nothing happens, in
/// the same run. And what A's own visitor sees meanwhile, from an address of its own.
/// </summary>
internal static class ShieldBenchmark
{
    private const string Flooded = "flooded";
    private const string Neighbour = "neighbour";

    /// <summary>Visits of some eight seconds.</summary>
    private const int Onset = 40;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(40);

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        var gateway = new GatewayUnderTest(installation);
        await gateway.MakeSitesAsync(cancellationToken, Flooded, Neighbour);
        var neighbour = new Uri($"http://{Neighbour}.localhost:{installation.HttpPort}/");
        await using var flooders = new Flooders(installation, await gateway.ContainerAsync("_gateway", cancellationToken));

        // Once to warm it up.
        await Visits.WhileAsync(installation.Visitor, neighbour, WaitAsync(TimeSpan.FromSeconds(5), cancellationToken), cancellationToken);
        var (_, idle) = await Visits.WhileAsync(installation.Visitor, neighbour, WaitAsync(Idle, cancellationToken), cancellationToken);

        var host = string.Create(CultureInfo.InvariantCulture, $"{Flooded}.localhost:{installation.HttpPort}");
        var flood = await flooders.StartAsync("flood", host, 1, 8, 40, Flood, 0.4, cancellationToken);
        var loris = await flooders.StartAsync("loris", host, 101, 104, 150, Flood, 0.1, cancellationToken);
        var visitor = await flooders.StartAsync("visit", host, 201, 201, 1, Flood, 0.1, cancellationToken);
        var (sent, during) = await Visits.WhileAsync(
            installation.Visitor,
            neighbour,
            flooders.EndAsync(flood, cancellationToken),
            cancellationToken
        );
        await flooders.EndAsync(loris, cancellationToken);
        var visits = (await flooders.EndAsync(visitor, cancellationToken)).Select(line => line.Split(' ')).ToList();

        // How much of a flood it was: what was sent of it each second, and what of that the gateway answered at all.
        var counts = sent[^1].Split(' ').Select(count => double.Parse(count, CultureInfo.InvariantCulture) / Flood.TotalSeconds).ToList();
        Figure.Print("shield.flood", counts[0], counts[1], "per s");
        Figure.Print("shield.neighbour.p95", Visits.P95(during), Visits.P95(idle), "ms");
        // Until those who flood are shut out, and then.
        Figure.Print("shield.neighbour.onset", Visits.P95(during.Take(Onset)), Visits.P95(idle), "ms");
        Figure.Print("shield.neighbour.after", Visits.P95(during.Skip(Onset)), Visits.P95(idle), "ms");
        var good = visits.Where(visit => visit[0] == "200").Select(visit => double.Parse(visit[1], CultureInfo.InvariantCulture)).ToList();
        Figure.Print("shield.flooded.answered", good.Count, visits.Count, "visits");
        Figure.Print("shield.flooded.p95", good.Count == 0 ? double.NaN : Visits.P95(good), Visits.P95(idle), "ms");
        await RefusedAsync(installation, cancellationToken);
    }

    /// <summary>What the panel tells of it, which the worker reads each minute.</summary>
    private static async Task RefusedAsync(Installation installation, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(3));
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        IReadOnlyList<RefusedRequests> refused;
        while ((refused = (await installation.Panel.Sites.GetTrafficAsync(Flooded, bound.Token)).Refused).Count == 0)
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }

        foreach (var row in refused)
        {
            await Console.Error.WriteLineAsync($"refused: {row.Reason} {row.Requests} of {row.Addresses} addresses");
        }
    }

    private static async Task<bool> WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await Task.Delay(time, cancellationToken);
        return true;
    }
}
