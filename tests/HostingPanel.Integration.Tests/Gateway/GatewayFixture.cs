using System.Formats.Tar;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Docker;
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
    private const string Label = "hpt.run";
    private const int SitePort = 8080;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] SiteNames = ["hpt-alpha-web", "hpt-beta-web", "web"];

    private readonly DockerClient _docker = new(new DockerClientOptions());
    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly List<ServiceProvider> _providers = [];
    private SiteServer? _sites;
    private string? _unusable;
    private string? _image;

    /// <summary>The gateway's address on this machine.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The address from which this process visits.</summary>
    public string Here { get; private set; } = "";

    /// <summary>The volume <c>/gateway</c> as this machine sees it.</summary>
    public string Volume { get; private set; } = "";

    internal SiteServer Sites => _sites!;

    private Filters Mine => Filters.Label(Label, _run);

    private Dictionary<string, string> Labels => new(StringComparer.Ordinal) { [Label] = _run };

    private string Name(string what) => $"hpt-{_run}-{what}";

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
            Port = SitePort,
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
    public Task StopGatewayAsync(CancellationToken cancellationToken) =>
        _docker.Containers.StopAsync(Name("gateway"), TimeSpan.FromSeconds(5), cancellationToken);

    /// <summary>Starts it (again).</summary>
    public async Task StartGatewayAsync(CancellationToken cancellationToken)
    {
        await _docker.Containers.StartAsync(Name("gateway"), cancellationToken);
        var started = await _docker.Containers.InspectAsync(Name("gateway"), cancellationToken);
        Address = started.NetworkSettings!.Networks![Name("net")].IpAddress!;
    }

    public async ValueTask InitializeAsync()
    {
        _unusable = await WhyUnusableAsync();
        if (_unusable is not null)
        {
            return;
        }

        var network = await _docker.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = Name("net"),
                Driver = "bridge",
                Labels = Labels,
            },
            None
        );
        Here = (await _docker.Networks.InspectAsync(network.Id, None)).Ipam!.Config![0].Gateway!;
        _sites = await SiteServer.StartAsync(Here);
        await StartRelayAsync($"{Here}:{_sites.Port}");
        var volume = await _docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = Name("gateway"), Labels = Labels }, None);
        Volume = volume.Mountpoint!;
        await MakeGatewayAsync();
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

        if (_image is not null)
        {
            foreach (var container in await _docker.Containers.ListAsync(all: true, Mine, None))
            {
                await _docker.Containers.RemoveAsync(container.Id, force: true, volumes: true, None);
            }

            foreach (var volume in await _docker.Volumes.ListAsync(Mine, None))
            {
                await _docker.Volumes.RemoveAsync(volume.Name, None);
            }

            foreach (var network in await _docker.Networks.ListAsync(Mine, None))
            {
                await _docker.Networks.RemoveAsync(network.Id, None);
            }
        }

        if (_sites is not null)
        {
            await _sites.DisposeAsync();
        }

        await _docker.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<string?> WhyUnusableAsync()
    {
        try
        {
            _image = await ImageAsync();
        }
        catch (DockerApiException unusable)
        {
            return $"No usable Docker engine: {unusable.Message}";
        }

        return _image is null ? "No image of the gateway is here; ./panel test builds it and names it in HP_TEST_IMAGES." : null;
    }

    /// <summary>The image that is under test, or the newest one that was built on this machine.</summary>
    private async Task<string?> ImageAsync()
    {
        var images = await _docker.Images.ListAsync(null, None);
        if (Environment.GetEnvironmentVariable("HP_TEST_IMAGES") is { Length: > 0 } file && File.Exists(file))
        {
            return (await File.ReadAllLinesAsync(file))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words is ["gateway", _, ..])
                .Select(words => words[1])
                .FirstOrDefault();
        }

        return images
            .OrderByDescending(image => image.Created)
            .SelectMany(image => image.RepoTags)
            .FirstOrDefault(tag => tag.StartsWith("hostingpanel/gateway:", StringComparison.Ordinal));
    }

    /// <summary>With what the stack gives the gateway: no capability, nothing writable but its volume and memory.</summary>
    private async Task MakeGatewayAsync() =>
        await _docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Name = Name("gateway"),
                Image = _image!,
                Labels = Labels,
                HostConfig = new HostConfig
                {
                    NetworkMode = Name("net"),
                    ReadonlyRootfs = true,
                    CapDrop = ["ALL"],
                    Mounts = [new Mount { Source = Name("gateway"), Target = "/gateway" }],
                    Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal) { ["/tmp"] = "", ["/run"] = "" },
                },
            },
            None
        );

    private async Task StartRelayAsync(string target)
    {
        var relay = await _docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Name = Name("relay"),
                Image = _image!,
                Labels = Labels,
                // Engine 20.10 can't put a file into a container whose user is a number.
                User = "root",
                Entrypoint = ["haproxy", "-db", "-f", "/tmp/relay.cfg"],
                HostConfig = new HostConfig { NetworkMode = Name("net") },
                NetworkingConfig = new NetworkingConfig
                {
                    EndpointsConfig = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal)
                    {
                        [Name("net")] = new EndpointSettings { Aliases = SiteNames },
                    },
                },
            },
            None
        );
        var configuration = $"""
            defaults
                mode tcp
                timeout connect 5s
                timeout client 1m
                timeout server 1m
            listen sites
                bind :{SitePort}
                server here {target}

            """;
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "relay.cfg")
                {
                    DataStream = new MemoryStream(Encoding.ASCII.GetBytes(configuration)),
                    Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                }
            );
        }

        tar.Position = 0;
        await _docker.Containers.PutArchiveAsync(relay.Id, "/tmp", tar, None);
        await _docker.Containers.StartAsync(relay.Id, None);
    }
}
