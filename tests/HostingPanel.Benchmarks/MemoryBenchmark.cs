using HostingPanel.Client;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>What the panel's processes and a small WordPress site hold in memory, idle after a few pages, against what they may (the reference).</summary>
internal static class MemoryBenchmark
{
    private const string Slug = "memory";
    private const double WebLimit = 250;
    private const double WorkerLimit = 150;
    private const double SiteLimit = 160;

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        await installation.Panel.Organisations.CreateAsync(
            new CreateOrganisationRequest("memory", "Memory", "large"),
            cancellationToken: cancellationToken
        );
        var request = new CreateSiteRequest(Slug, "memory", "wordpress", "Memory", "admin@example.org");
        var accepted = await installation.Panel.Sites.CreateAsync(request, cancellationToken: cancellationToken);
        await foreach (var state in installation.Panel.Operations.WatchAsync(accepted.Operation.Id, cancellationToken))
        {
            if (state.IsFinished && state.State != OperationState.Succeeded)
            {
                throw new InvalidOperationException(state.Error?.Message);
            }
        }

        var site = new Uri($"http://{Slug}.localhost:{installation.HttpPort}/");
        var panel = new Uri($"http://panel.localhost:{installation.HttpPort}/account/sign-in");
        for (var visit = 0; visit < 20; visit++)
        {
            using var page = await installation.Visitor.GetAsync(site, cancellationToken);
            using var form = await installation.Visitor.GetAsync(panel, cancellationToken);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(20));
        await timer.WaitForNextTickAsync(cancellationToken);
        Figure.Print("memory.web", await MegabytesAsync(installation, $"{installation.Name}_web", cancellationToken), WebLimit, "MB");
        Figure.Print(
            "memory.worker",
            await MegabytesAsync(installation, $"{installation.Name}_worker", cancellationToken),
            WorkerLimit,
            "MB"
        );
        var web = await MegabytesAsync(installation, $"{installation.Name}-{Slug}-web", cancellationToken);
        var database = await MegabytesAsync(installation, $"{installation.Name}-{Slug}-db", cancellationToken);
        Figure.Print("memory.site.web", web, SiteLimit, "MB");
        Figure.Print("memory.site.db", database, SiteLimit, "MB");
        Figure.Print("memory.site", web + database, SiteLimit, "MB");
    }

    /// <summary>As <c>docker stats</c> counts: without the file cache that the kernel would give up at once.</summary>
    private static async Task<double> MegabytesAsync(Installation installation, string service, CancellationToken cancellationToken)
    {
        var containers = await installation.Docker.Containers.ListAsync(
            all: false,
            Filters.Label("com.docker.swarm.service.name", service),
            cancellationToken
        );
        double bytes = 0;
        foreach (var container in containers)
        {
            var memory =
                (await installation.Docker.Containers.StatsAsync(container.Id, cancellationToken)).Memory
                ?? throw new InvalidOperationException($"{service} tells no memory.");
            bytes += memory.WorkingSet;
        }

        return containers.Count > 0 ? bytes / (1 << 20) : throw new InvalidOperationException($"{service} does not run.");
    }
}
