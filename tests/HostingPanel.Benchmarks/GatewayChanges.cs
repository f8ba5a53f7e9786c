using System.Diagnostics;
using System.Globalization;

namespace HostingPanel.Benchmarks;

/// <summary>
/// How long a change of one site takes with 300 in the gateway, by the worker's own code: from when it is stored until the gateway serves so,
/// the look at the database included. The reference is what is allowed. Of a few visitors' requests meanwhile none may be lost.
/// </summary>
internal static class GatewayChanges
{
    private const int Sites = 300;
    private const int Visited = 0;
    private const int Changes = 10;
    private const int Visitors = 4;
    private const double LongestChange = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        var name = RoutedSites.NewName();
        var upstreams = Enumerable.Range(0, Sites).Select(number => RoutedSites.UpstreamOf(name, number)).ToList();
        await using var gateway = await SeparateGateway.StartAsync(installation, upstreams, cancellationToken);
        await using var sites = await RoutedSites.MakeAsync(installation, gateway, name, Sites, cancellationToken);
        // Once without the clock: each of them gets a certificate, and the gateway may be starting still.
        await sites.PublishAsync(cancellationToken);
        await UntilServedAsync(sites, cancellationToken);
        await Console.Error.WriteLineAsync($"{Sites} sites are in the gateway");

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var visitors = new LoadMaker(gateway.End, RoutedSites.HostOf(Visited), "/", gatewayKey: null);
        var visiting = visitors.RunAsync(Visitors, enough.Token, cancellationToken);
        var seconds = new List<double>();
        using var timer = new PeriodicTimer(Pause);
        for (var change = 0; change < Changes; change++)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            await sites.RedirectAsync(Sites / 2, "/old", string.Create(CultureInfo.InvariantCulture, $"/new{change}"), cancellationToken);
            var started = Stopwatch.GetTimestamp();
            await sites.PublishAsync(cancellationToken);
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        await timer.WaitForNextTickAsync(cancellationToken);
        await enough.CancelAsync();
        var load = await visiting;
        await Console.Error.WriteLineAsync($"{load.Good} requests meanwhile, {load.Bad} lost");
        Figure.Print("gateway.change", Figure.Median(seconds), LongestChange, "s");
        Figure.Print("gateway.change.longest", seconds.Max(), LongestChange, "s");
        Figure.Print("gateway.change.answered", load.Good, load.Good + load.Bad, "requests");
    }

    private static async Task UntilServedAsync(RoutedSites sites, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await sites.ProbeAsync(Visited, bound.Token)).Status != 200)
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }
}
