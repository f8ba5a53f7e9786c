using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>Tests that share one gateway; they run one after another, and each publishes its own routes.</summary>
[CollectionDefinition(Name)]
public sealed class GatewayTests : ICollectionFixture<GatewayFixture>
{
    public const string Name = "Gateway";
}

/// <summary>
/// The gateway's image, running on this machine's engine in a network of its own, and sites behind it: a second container has the sites'
/// names and hands every connection to <see cref="SiteServer"/> in the test's process.
/// </summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    public const string PanelHost = "panel.gateway.test";
    public const string PanelKey = "panel0key0panel0key0panel0key0";
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly GatewayContainers _containers = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly List<ServiceProvider> _providers = [];
    private SiteServer? _sites;
    private string? _unusable;

    /// <summary>The gateway's address on this machine.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The address from which this process visits.</summary>
    public string Here { get; private set; } = "";

    /// <summary>The volume <c>/gateway</c> as this machine sees it.</summary>
    public string Volume { get; private set; } = "";

    internal SiteServer Sites => _sites!;

    /// <summary>Skips the test when this machine can't run it.</summary>
    public void Require()
    {
        if (_unusable is not null)
        {
            Assert.Skip(_unusable);
        }
    }

    /// <summary>A site that the server in this process plays.</summary>
    public static Route Site(string name) =>
        new()
        {
            Slug = name,
            Hosts = [$"{name}.gateway.test"],
            Mode = RouteMode.Serve,
            Upstream = $"hpt-{name}-web",
            Port = GatewayContainers.SitePort,
            GatewayKey = $"{name}0key0{name}0key0{name}0key0",
            MaxConnections = 50,
            Timeout = TimeSpan.FromSeconds(30),
            MaxBodyBytes = 100_000,
            Traffic = new SiteTraffic { MaxConcurrent = 50 },
        };

    /// <summary>What the gateway's last publisher reads of refused requests.</summary>
    public IGatewayRefusals Refusals => _providers[^1].GetRequiredService<IGatewayRefusals>();

    /// <summary>The code under test, as the worker would make it.</summary>
    /// <param name="patience">For how long it waits for a gateway that does not answer.</param>
    /// <param name="countsUs">
    /// True when the gateway is to limit this process, too: it comes from the machine's own address, behind which the gateway supposes many.
    /// </param>
    public IGateway Gateway(TimeSpan? patience = null, bool countsUs = false)
    {
        File.WriteAllText(Path.Combine(Volume, "host-address"), countsUs ? "" : Here);
        var key = Path.Combine(_directory.FullName, "key");
        File.WriteAllText(key, PanelKey + "\n");
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Gateway:Directory"] = Volume,
                    ["Gateway:Address"] = Address,
                    ["Gateway:KeyFile"] = key,
                    ["Gateway:Patience"] = (patience ?? TimeSpan.FromSeconds(30)).ToString("c", CultureInfo.InvariantCulture),
                }
            )
            .Build();
        var provider = new ServiceCollection()
            .AddLogging()
            .AddGateway(configuration)
            .Configure<PanelOptions>(panel => panel.PanelDomain = PanelHost)
            .BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<IGateway>();
    }

    /// <summary>A client that finds every host name at the gateway, with or without TLS.</summary>
    public HttpClient Client(Action<SocketsHttpHandler>? change = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Parse(Address), context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        change?.Invoke(handler);
        // Who says nothing of itself is slowed down like a crawler.
        var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0");
        return client;
    }

    /// <summary>Sends bytes as they are and reads until the gateway hangs up.</summary>
    public async Task<string> SayAsync(string request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(Address), 80, cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Stops the gateway's container as an update would.</summary>
    public Task StopGatewayAsync(CancellationToken cancellationToken) => _containers.StopGatewayAsync(cancellationToken);

    /// <summary>Starts it (again).</summary>
    public async Task StartGatewayAsync(CancellationToken cancellationToken) =>
        Address = await _containers.StartGatewayAsync(cancellationToken);

    public async ValueTask InitializeAsync()
    {
        _unusable = await _containers.WhyUnusableAsync();
        if (_unusable is not null)
        {
            return;
        }

        Here = await _containers.MakeNetworkAsync();
        _sites = await SiteServer.StartAsync(Here);
        await _containers.StartRelayAsync($"{Here}:{_sites.Port}");
        Volume = await _containers.MakeGatewayAsync();
        await StartGatewayAsync(None);
        if (!Directory.Exists(Volume))
        {
            _unusable = $"{Volume} can't be reached: the engine runs elsewhere, or this is not root.";
            return;
        }

        // Before it has a socket it writes down the machine's address, which a test that is to be counted replaces.
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!File.Exists(Path.Combine(Volume, "master.sock")))
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        await _containers.DisposeAsync();
        if (_sites is not null)
        {
            await _sites.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }
}
