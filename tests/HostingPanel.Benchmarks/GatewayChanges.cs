using System.Diagnostics;
using System.Globalization;
using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Benchmarks;

/// <summary>
/// How long a change of one site takes with 300 in the gateway, by the worker's own code: from the call until the gateway serves so. The
/// reference is what is allowed. Of a few visitors' requests meanwhile none may be lost.
/// </summary>
internal static class GatewayChanges
{
    private const int Sites = 300;
    private const int Changes = 10;
    private const int Visitors = 4;
    private const double LongestChange = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("hpt-");
        await using var gateway = await SeparateGateway.StartAsync(installation, cancellationToken);
        try
        {
            await using var services = await ServicesAsync(gateway, directory, cancellationToken);
            var publisher = services.GetRequiredService<IGateway>();
            List<Route> routes = [SiteOf("visited", SeparateGateway.Upstream), .. Enumerable.Range(1, Sites - 1).Select(Another)];
            // Once without the clock: each of them gets a certificate, and the gateway may be starting still.
            await publisher.ApplyAsync(routes, GatewayTrust.Own, cancellationToken);
            await UntilServedAsync(publisher, cancellationToken);
            await Console.Error.WriteLineAsync($"{Sites} sites are in the gateway");

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var visitors = new LoadMaker(gateway.End, "visited.localhost", "/", gatewayKey: null);
            var visiting = visitors.RunAsync(Visitors, enough.Token, cancellationToken);
            var seconds = new List<double>();
            using var timer = new PeriodicTimer(Pause);
            for (var change = 0; change < Changes; change++)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                var redirect = new TrafficRedirect("/old", string.Create(CultureInfo.InvariantCulture, $"/new{change}"));
                routes[Sites / 2] = routes[Sites / 2] with { Traffic = routes[0].Traffic with { Redirects = [redirect] } };
                var started = Stopwatch.GetTimestamp();
                await publisher.ApplyAsync(routes, GatewayTrust.Own, cancellationToken);
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
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<ServiceProvider> ServicesAsync(
        SeparateGateway gateway,
        DirectoryInfo directory,
        CancellationToken cancellationToken
    )
    {
        var keyFile = Path.Combine(directory.FullName, "key");
        await File.WriteAllTextAsync(keyFile, "panel0key0panel0key0panel0key0", cancellationToken);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Gateway:Directory"] = gateway.Directory,
                    ["Gateway:Address"] = gateway.End.Address.ToString(),
                    ["Gateway:KeyFile"] = keyFile,
                }
            )
            .Build();
        return new ServiceCollection()
            .AddLogging()
            .AddGateway(configuration)
            .Configure<PanelOptions>(static _ => { })
            .BuildServiceProvider();
    }

    private static async Task UntilServedAsync(IGateway publisher, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await publisher.ProbeAsync("visited.localhost", "/", bound.Token)).Status != 200)
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    private static Route Another(int number)
    {
        var slug = string.Create(CultureInfo.InvariantCulture, $"other-{number}");
        return SiteOf(slug, $"hpt-{slug}-web") with { Hosts = [$"{slug}.localhost", $"www.{slug}.example"] };
    }

    private static Route SiteOf(string slug, string upstream) =>
        new()
        {
            Slug = slug,
            Hosts = [$"{slug}.localhost"],
            Mode = RouteMode.Serve,
            Upstream = upstream,
            Port = 8080,
            GatewayKey = "site0key0site0key0site0key0",
            MaxConnections = 8,
            Timeout = TimeSpan.FromSeconds(60),
            MaxBodyBytes = 64 << 20,
            Traffic = new SiteTraffic { ExpensivePaths = ["/wp-login.php", "/xmlrpc.php", "?s"] },
        };
}
