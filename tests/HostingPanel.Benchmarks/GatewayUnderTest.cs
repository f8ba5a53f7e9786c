using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Client;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>The installation's own gateway, its files, and sites behind it; what of it can be reached from this machine, and how.</summary>
internal sealed partial class GatewayUnderTest(Installation installation)
{
    /// <summary>A style sheet that every WordPress has.</summary>
    public const string Static = "/wp-includes/css/dashicons.min.css";

    private async Task<string> DirectoryAsync(CancellationToken cancellationToken) =>
        (await installation.Docker.Volumes.InspectAsync($"{installation.Name}-gateway", cancellationToken)).Mountpoint
        ?? throw new InvalidOperationException("The gateway's volume is not on this machine.");

    /// <summary>The container of a service that runs.</summary>
    public async Task<string> ContainerAsync(string service, CancellationToken cancellationToken) =>
        (
            await installation.Docker.Containers.ListAsync(
                all: false,
                Filters.Label("com.docker.swarm.service.name", $"{installation.Name}{service}"),
                cancellationToken
            )
        )
            is [var container, ..]
            ? container.Id
            : throw new InvalidOperationException($"{service} does not run.");

    /// <summary>
    /// The address of a service's container on the engine's bridge, by which this machine reaches it without a published port between: such
    /// a port would cost one side of a comparison something, and the other nothing.
    /// </summary>
    public async Task<IPEndPoint> AddressAsync(string service, int port, CancellationToken cancellationToken)
    {
        var container = await ContainerAsync(service, cancellationToken);
        var bridge = await installation.Docker.Networks.InspectAsync("docker_gwbridge", cancellationToken: cancellationToken);
        return bridge.Containers?.GetValueOrDefault(container)?.IPv4Address is { Length: > 0 } address
            ? new IPEndPoint(IPAddress.Parse(address.Split('/')[0]), port)
            : throw new InvalidOperationException($"{service} is not on the engine's bridge.");
    }

    /// <summary>The key by which a site knows the gateway, from the gateway's configuration.</summary>
    public async Task<string> KeyOfAsync(string slug, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(await DirectoryAsync(cancellationToken), "haproxy.cfg"), cancellationToken);
        var site = text[text.IndexOf($"\nbackend site-{slug} ", StringComparison.Ordinal)..];
        return SiteKey().Match(site).Groups["key"].Value;
    }

    /// <summary>Makes WordPress sites in an organisation of their own.</summary>
    public async Task MakeSitesAsync(CancellationToken cancellationToken, params string[] slugs)
    {
        var panel = installation.Panel;
        await panel.Organisations.CreateAsync(
            new CreateOrganisationRequest("bench", "Bench", "large"),
            cancellationToken: cancellationToken
        );
        foreach (var slug in slugs)
        {
            var request = new CreateSiteRequest(slug, "bench", "wordpress", "Bench", "admin@example.org");
            var made = await panel.Sites.CreateAsync(request, cancellationToken: cancellationToken);
            await installation.EndOfAsync(made.Operation.Id, cancellationToken);
            await Console.Error.WriteLineAsync($"made {slug}");
        }
    }

    [GeneratedRegex(@"set-header X-HP-Gateway-Key (?<key>\S+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SiteKey();
}
