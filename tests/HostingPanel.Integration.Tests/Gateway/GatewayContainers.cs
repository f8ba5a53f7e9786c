using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>
/// What the tests of the gateway have in the engine: a network, the gateway's container, and a relay that has the sites' names and hands every
/// connection to this process. All of it goes with this object.
/// </summary>
internal sealed class GatewayContainers : IAsyncDisposable
{
    /// <summary>The port on which the relay plays the sites.</summary>
    public const int SitePort = 8080;
    private const string Label = "hpt.run";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] SiteNames = ["hpt-alpha-web", "hpt-beta-web", "web"];
    private readonly DockerClient _docker = new(new DockerClientOptions());
    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private string? _image;

    private Filters Mine => Filters.Label(Label, _run);

    private Dictionary<string, string> Labels => new(StringComparer.Ordinal) { [Label] = _run };

    private string Name(string what) => $"hpt-{_run}-{what}";

    /// <summary>Looks for the engine and the image.</summary>
    /// <returns>Why this machine can't run the gateway; null when it can.</returns>
    public async Task<string?> WhyUnusableAsync()
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

    /// <summary>Makes the network.</summary>
    /// <returns>The address that this machine has in it.</returns>
    public async Task<string> MakeNetworkAsync()
    {
        var network = await _docker.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = Name("net"),
                Driver = "bridge",
                Labels = Labels,
            },
            None
        );
        return (await _docker.Networks.InspectAsync(network.Id, None)).Ipam!.Config![0].Gateway!;
    }

    /// <summary>With what the stack gives the gateway: no capability, nothing writable but its volume and memory.</summary>
    /// <returns>Where this machine sees the volume.</returns>
    public async Task<string> MakeGatewayAsync()
    {
        var volume = await _docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = Name("gateway"), Labels = Labels }, None);
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
        return volume.Mountpoint!;
    }

    /// <summary>Starts the gateway's container (again).</summary>
    /// <returns>Its address.</returns>
    public async Task<string> StartGatewayAsync(CancellationToken cancellationToken)
    {
        await _docker.Containers.StartAsync(Name("gateway"), cancellationToken);
        var started = await _docker.Containers.InspectAsync(Name("gateway"), cancellationToken);
        return started.NetworkSettings!.Networks![Name("net")].IpAddress!;
    }

    /// <summary>Stops it as an update would.</summary>
    public Task StopGatewayAsync(CancellationToken cancellationToken) =>
        _docker.Containers.StopAsync(Name("gateway"), TimeSpan.FromSeconds(5), cancellationToken);

    /// <summary>Starts the relay.</summary>
    /// <param name="target">Where this process listens.</param>
    public async Task StartRelayAsync(string target)
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

    public async ValueTask DisposeAsync()
    {
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

        await _docker.DisposeAsync();
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
}
