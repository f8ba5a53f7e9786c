using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>
/// A gateway of the benchmark's own, whose files no worker looks after, and behind it one site under many names: another HAProxy, which answers
/// by itself.
/// </summary>
internal sealed class SeparateGateway : IAsyncDisposable
{
    private const string Site = """
        defaults
            mode http
            timeout connect 5s
            timeout client 1m
            timeout server 1m
        frontend site
            bind :8080
            http-request return status 200 content-type text/plain string "Good day"

        """;

    private readonly DockerClient _docker;
    private readonly string _name = $"hpt-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    private SeparateGateway(DockerClient docker) => _docker = docker;

    /// <summary>Its volume, as this machine sees it.</summary>
    public string Directory { get; private set; } = string.Empty;

    /// <summary>Where it listens.</summary>
    public IPEndPoint End { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Starts both.</summary>
    /// <param name="installation">Whose image it is.</param>
    /// <param name="upstreams">The names of the sites in the engine's DNS: as of sites that run, each is known there.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<SeparateGateway> StartAsync(
        Installation installation,
        IReadOnlyList<string> upstreams,
        CancellationToken cancellationToken
    )
    {
        var gateway = new SeparateGateway(installation.Docker);
        try
        {
            await gateway.StartAsync(installation.Images["gateway"], upstreams, cancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in await _docker.Containers.ListAsync(all: true, Filters.Label("hpt.run", _name), CancellationToken.None))
        {
            await _docker.Containers.RemoveAsync(container.Id, force: true, volumes: true, CancellationToken.None);
        }

        foreach (var volume in await _docker.Volumes.ListAsync(Filters.Label("hpt.run", _name), CancellationToken.None))
        {
            await _docker.Volumes.RemoveAsync(volume.Name, CancellationToken.None);
        }

        foreach (var network in await _docker.Networks.ListAsync(Filters.Label("hpt.run", _name), CancellationToken.None))
        {
            await _docker.Networks.RemoveAsync(network.Id, CancellationToken.None);
        }
    }

    private async Task StartAsync(string image, IReadOnlyList<string> upstreams, CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hpt.run"] = _name };
        await _docker.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = _name,
                Driver = "bridge",
                Labels = labels,
            },
            cancellationToken
        );
        var volume = await _docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = _name, Labels = labels }, cancellationToken);
        Directory = volume.Mountpoint ?? throw new InvalidOperationException("The engine runs elsewhere.");
        var site = await _docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Name = $"{_name}-site",
                Image = image,
                Labels = labels,
                User = "root",
                Entrypoint = ["haproxy", "-db", "-f", "/tmp/site.cfg"],
                HostConfig = new HostConfig { NetworkMode = _name },
                NetworkingConfig = new NetworkingConfig
                {
                    EndpointsConfig = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal)
                    {
                        [_name] = new EndpointSettings { Aliases = [.. upstreams] },
                    },
                },
            },
            cancellationToken
        );
        await PutAsync(site.Id, cancellationToken);
        await _docker.Containers.StartAsync(site.Id, cancellationToken);
        var gateway = await _docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Name = $"{_name}-gateway",
                Image = image,
                Labels = labels,
                // With what the stack gives the gateway: where it can't write that it is well, it would be asked five times a second.
                HostConfig = new HostConfig
                {
                    NetworkMode = _name,
                    ReadonlyRootfs = true,
                    CapDrop = ["ALL"],
                    Mounts = [new Mount { Source = _name, Target = "/gateway" }],
                    Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal) { ["/tmp"] = "", ["/run"] = "" },
                },
            },
            cancellationToken
        );
        await _docker.Containers.StartAsync(gateway.Id, cancellationToken);
        var started = await _docker.Containers.InspectAsync(gateway.Id, cancellationToken);
        End = new IPEndPoint(IPAddress.Parse(started.NetworkSettings!.Networks![_name].IpAddress!), 80);
    }

    private async Task PutAsync(string container, CancellationToken cancellationToken)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "site.cfg")
                {
                    DataStream = new MemoryStream(Encoding.ASCII.GetBytes(Site)),
                    Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                },
                cancellationToken
            );
        }

        tar.Position = 0;
        await _docker.Containers.PutArchiveAsync(container, "/tmp", tar, cancellationToken);
    }
}
