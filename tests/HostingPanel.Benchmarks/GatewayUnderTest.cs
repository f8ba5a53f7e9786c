using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
    /// An address of a service's container that this machine reaches by the engine's bridge, without a published port between: such a port
    /// would cost one side of a comparison something, and the other nothing.
    /// </summary>
    public async Task<IPEndPoint> AddressAsync(string service, int port, CancellationToken cancellationToken)
    {
        var container = await installation.Docker.Containers.InspectAsync(
            await ContainerAsync(service, cancellationToken),
            cancellationToken
        );
        var table = await File.ReadAllTextAsync(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{container.State.Pid}/net/fib_trie"),
            cancellationToken
        );
        foreach (var address in Local().Matches(table).Select(match => IPAddress.Parse(match.Groups["address"].Value)).Distinct())
        {
            var end = new IPEndPoint(address, port);
            if (!IPAddress.IsLoopback(address) && await AnswersAsync(end, cancellationToken))
            {
                return end;
            }
        }

        throw new InvalidOperationException($"{service} can't be reached from this machine.");
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

    private static async Task<bool> AnswersAsync(IPEndPoint end, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(1));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(end, bound.Token);
            return true;
        }
        catch (Exception unreachable) when (unreachable is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    [GeneratedRegex(@"(?<address>\d+\.\d+\.\d+\.\d+)\s+/32 host LOCAL", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Local();

    [GeneratedRegex(@"set-header X-HP-Gateway-Key (?<key>\S+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SiteKey();
}
