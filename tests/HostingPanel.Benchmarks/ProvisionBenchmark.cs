using System.Diagnostics;
using HostingPanel.Client;

namespace HostingPanel.Benchmarks;

/// <summary>
/// From the request until the installed site answers 200 with its title through the gateway, against the same containers started by hand
/// with plain engine calls and the same install script. In turn, several times; the first of each warms the machine and is not counted.
/// </summary>
internal static class ProvisionBenchmark
{
    private const int Rounds = 3;

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        await installation.Panel.Organisations.CreateAsync(
            new CreateOrganisationRequest("bench", "Bench", "large"),
            cancellationToken: cancellationToken
        );
        var (ours, byHand) = (new List<double>(), new List<double>());
        var shares = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        for (var round = 0; round <= Rounds; round++)
        {
            var (seconds, steps) = await ProvisionAsync(installation, $"bench{round}", cancellationToken);
            var reference = await SiteByHand.MeasureAsync(installation, cancellationToken);
            await Console.Error.WriteLineAsync(
                $"round {round}: ours {seconds:0.00} s, by hand {reference:0.00} s{(round == 0 ? " (warming)" : "")}"
            );
            if (round == 0)
            {
                continue;
            }

            ours.Add(seconds);
            byHand.Add(reference);
            foreach (var step in steps)
            {
                shares.TryAdd(step.Name, []);
                shares[step.Name].Add((step.FinishedAt - step.StartedAt)?.TotalSeconds ?? 0);
            }
        }

        var whole = Figure.Median(ours);
        foreach (var (step, seconds) in shares)
        {
            // Steps run side by side, so their shares add up to more than one.
            Figure.Print($"provision.step.{step}", Figure.Median(seconds), whole, "s");
        }

        Figure.Print("provision", whole, Figure.Median(byHand), "s");
    }

    private static async Task<(double Seconds, IReadOnlyList<OperationStep> Steps)> ProvisionAsync(
        Installation installation,
        string slug,
        CancellationToken cancellationToken
    )
    {
        var request = new CreateSiteRequest(slug, "bench", "wordpress", SiteByHand.Title, "admin@example.org");
        var started = Stopwatch.GetTimestamp();
        var accepted = await installation.Panel.Sites.CreateAsync(request, cancellationToken: cancellationToken);
        var address = new Uri($"http://{slug}.localhost:{installation.HttpPort}/");
        var seconds = await installation.UntilAnswersAsync(address, SiteByHand.Title, gatewayKey: null, started, cancellationToken);
        var operation = await installation.EndOfAsync(accepted.Operation.Id, cancellationToken);
        foreach (var act in new[] { installation.Panel.Sites.DeleteAsync, installation.Panel.Sites.PurgeAsync })
        {
            await installation.EndOfAsync((await act(slug, null, cancellationToken)).Operation.Id, cancellationToken);
        }

        return (seconds, operation.Steps);
    }
}
