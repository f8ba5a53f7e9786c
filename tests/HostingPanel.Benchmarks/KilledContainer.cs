using System.Diagnostics;
using HostingPanel.Client;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>
/// From the kill of a site's web container until the site answers again through the gateway, against the engine alone: the same image as
/// a plain service with the same delay before a restart, asked at its own port. In turn, several times.
/// </summary>
internal static class KilledContainer
{
    private const string Slug = "killed";
    private const int Rounds = 5;

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        await installation.Panel.Organisations.CreateAsync(
            new CreateOrganisationRequest("killed", "Killed", "large"),
            cancellationToken: cancellationToken
        );
        var request = new CreateSiteRequest(Slug, "killed", "wordpress", SiteByHand.Title, "admin@example.org");
        var accepted = await installation.Panel.Sites.CreateAsync(request, cancellationToken: cancellationToken);
        var address = new Uri($"http://{Slug}.localhost:{installation.HttpPort}/");
        await installation.UntilAnswersAsync(address, SiteByHand.Title, gatewayKey: null, Stopwatch.GetTimestamp(), cancellationToken);
        await foreach (var state in installation.Panel.Operations.WatchAsync(accepted.Operation.Id, cancellationToken))
        {
            await Console.Error.WriteLineAsync($"{state.Title}: {state.State}");
        }

        var byHand = SiteByHand.New(installation);
        try
        {
            await byHand.StartAsync(cancellationToken);
            var (ours, engines) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(await KillAsync(installation, $"{installation.Name}-{Slug}-web", address, gatewayKey: null, cancellationToken));
                engines.Add(await KillAsync(installation, byHand.Web, byHand.Address, ByHandSpecs.GatewayKey, cancellationToken));
                await Console.Error.WriteLineAsync($"killed, round {round}: ours {ours[^1]:0.00} s, the engine's {engines[^1]:0.00} s");
            }

            Figure.Print("reconcile.killed", Figure.Median(ours), Figure.Median(engines), "s");
        }
        finally
        {
            await byHand.RemoveAsync();
        }
    }

    private static async Task<double> KillAsync(
        Installation installation,
        string service,
        Uri address,
        string? gatewayKey,
        CancellationToken cancellationToken
    )
    {
        var ofService = Filters.Label("com.docker.swarm.service.name", service);
        var container = (await installation.Docker.Containers.ListAsync(all: false, ofService, cancellationToken)).Single();
        var started = Stopwatch.GetTimestamp();
        await installation.Docker.Containers.KillAsync(container.Id, "SIGKILL", cancellationToken);
        return await installation.UntilAnswersAsync(address, SiteByHand.Title, gatewayKey, started, cancellationToken);
    }
}
