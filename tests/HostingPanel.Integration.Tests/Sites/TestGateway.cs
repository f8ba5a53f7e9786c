using System.Formats.Tar;
using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>The gateway of a <see cref="TestInstallation"/>: as in the real thing, but for its ports.</summary>
internal static class TestGateway
{
    /// <summary>Makes the front networks, the gateway's volume and the gateway itself.</summary>
    /// <returns>The directory in which the engine keeps the gateway's volume.</returns>
    public static async Task<string> MakeAsync(
        DockerClient docker,
        string installation,
        string subnet,
        int port,
        int securePort,
        IReadOnlyDictionary<string, string> images,
        CancellationToken cancellationToken
    )
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation };
        var network = new NetworkCreateRequest
        {
            Name = $"{installation}-front",
            Driver = "overlay",
            Ipam = new Ipam { Config = [new IpamConfig { Subnet = subnet }] },
            Labels = labels,
        };
        await docker.Networks.CreateAsync(network, cancellationToken);
        var closed = new NetworkCreateRequest
        {
            Name = $"{installation}-front-sealed",
            Driver = "overlay",
            Internal = true,
            Labels = labels,
        };
        await docker.Networks.CreateAsync(closed, cancellationToken);
        // A volume as in the real thing; the worker, which is this process, reaches it by where the engine keeps it.
        var volume = await docker.Volumes.CreateAsync(
            new VolumeCreateRequest { Name = $"{installation}-gateway", Labels = labels },
            cancellationToken
        );
        var directory = volume.Mountpoint!;
        await GiveAsync(docker, images["toolbox"], volume.Name, labels, cancellationToken);
        await docker.Services.CreateAsync(
            new ServiceSpec
            {
                Name = $"{installation}-gateway",
                Labels = labels,
                Mode = ServiceMode.Replicas(1),
                EndpointSpec = new EndpointSpec
                {
                    Mode = EndpointMode.Dnsrr,
                    Ports =
                    [
                        new EndpointPortConfig
                        {
                            TargetPort = 80,
                            PublishedPort = port,
                            PublishMode = PortPublishMode.Host,
                        },
                        new EndpointPortConfig
                        {
                            TargetPort = 443,
                            PublishedPort = securePort,
                            PublishMode = PortPublishMode.Host,
                        },
                    ],
                },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec
                    {
                        Image = images["gateway"],
                        Labels = labels,
                        Mounts =
                        [
                            new Mount
                            {
                                Type = MountType.Bind,
                                Source = directory,
                                Target = "/gateway",
                            },
                        ],
                    },
                    Networks = [new NetworkAttachmentConfig { Target = network.Name }],
                },
            },
            cancellationToken
        );
        return directory;
    }

    /// <summary>Owner root, group of the gateway: the worker writes, the gateway reads and makes its socket.</summary>
    private static async Task GiveAsync(
        DockerClient docker,
        string toolbox,
        string volume,
        IReadOnlyDictionary<string, string> labels,
        CancellationToken cancellationToken
    )
    {
        var container = await docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = toolbox,
                Labels = labels,
                HostConfig = new HostConfig
                {
                    Mounts =
                    [
                        new Mount
                        {
                            Type = MountType.Volume,
                            Source = volume,
                            Target = "/gateway",
                        },
                    ],
                },
            },
            cancellationToken
        );
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            var directory = new PaxTarEntry(TarEntryType.Directory, "gateway/") { Gid = 8404, Mode = (UnixFileMode)0b010_111_111_000 };
            await writer.WriteEntryAsync(directory, cancellationToken);
        }

        tar.Position = 0;
        await docker.Containers.PutArchiveAsync(container.Id, "/", tar, cancellationToken);
        await docker.Containers.RemoveAsync(container.Id, force: true, volumes: false, cancellationToken);
    }
}
