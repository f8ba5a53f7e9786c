using System.Globalization;

namespace HostingPanel.Benchmarks;

/// <summary>
/// What the gateway costs: requests per second and the time that 95 of 100 are not above, through it and at the site's container itself
/// (the reference), by turns and with the same few visitors, a WordPress page and a style sheet. Then changes (<see cref="GatewayChanges"/>).
/// </summary>
internal static class GatewayBenchmark
{
    private const string Slug = "measured";
    private const int Rounds = 5;

    /// <summary>Below the eight that a site works on at once, so that nobody waits in the gateway's queue.</summary>
    private const int Visitors = 4;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        var gateway = new GatewayUnderTest(installation);
        await gateway.MakeSitesAsync(cancellationToken, Slug);
        await CompareAsync(installation, gateway, "page", "/", cancellationToken);
        await CompareAsync(installation, gateway, "static", GatewayUnderTest.Static, cancellationToken);
        await GatewayChanges.RunAsync(installation, cancellationToken);
    }

    private static async Task CompareAsync(
        Installation installation,
        GatewayUnderTest gateway,
        string what,
        string path,
        CancellationToken cancellationToken
    )
    {
        // WordPress leads every other name to its own, which has the published port in it.
        var host = string.Create(CultureInfo.InvariantCulture, $"{Slug}.localhost:{installation.HttpPort}");
        var direct = new LoadMaker(
            await gateway.AddressAsync($"-{Slug}-web", 8080, cancellationToken),
            host,
            path,
            await gateway.KeyOfAsync(Slug, cancellationToken)
        );
        var through = new LoadMaker(await gateway.AddressAsync("_gateway", 80, cancellationToken), host, path, gatewayKey: null);
        var (directly, indirectly) = (new List<Load>(), new List<Load>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (one, other) = (
                await direct.RunAsync(Visitors, Turn, cancellationToken),
                await through.RunAsync(Visitors, Turn, cancellationToken)
            );
            if (one.Bad + other.Bad > 0)
            {
                throw new InvalidOperationException(
                    $"Of {what}, {one.Bad} requests failed directly ({one.Complaint}) and {other.Bad} through the gateway ({other.Complaint})."
                );
            }

            // The first warms both up.
            if (round > 0)
            {
                directly.Add(one);
                indirectly.Add(other);
            }
        }

        Figure.Print(
            $"gateway.{what}.requests",
            Figure.Median([.. indirectly.Select(load => load.PerSecond)]),
            Figure.Median([.. directly.Select(load => load.PerSecond)]),
            "per s"
        );
        Figure.Print(
            $"gateway.{what}.p95",
            Visits.P95(indirectly.SelectMany(load => load.Milliseconds)),
            Visits.P95(directly.SelectMany(load => load.Milliseconds)),
            "ms"
        );
    }
}
