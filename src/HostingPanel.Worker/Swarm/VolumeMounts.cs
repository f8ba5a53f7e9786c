using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>Containers that have volumes and never run: through them the engine itself reads and writes archives.</summary>
internal sealed class VolumeMounts(DockerClient docker, SwarmOptions options)
{
    private const string Root = "volumes";

    /// <summary>This process.</summary>
    private readonly string _self = Guid.CreateVersion7().ToString();
    private volatile bool _hasSwept;

    /// <summary>Where a volume is in such a container.</summary>
    public static string PathOf(VolumeDefinition volume) => $"/{Root}/{volume.Name}";

    /// <summary>Makes one. Volumes that are not there are made: look first.</summary>
    public async Task<MountedContainer> MountAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        var labels = Labels.Of(options.Installation, volumes[0].Owner);
        labels[Labels.Writer] = _self;
        var created = await docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = options.ToolboxImage,
                Cmd = ["true"],
                Labels = labels,
                HostConfig = new HostConfig
                {
                    NetworkMode = "none",
                    CapDrop = ["ALL"],
                    Mounts =
                    [
                        .. volumes.Select(volume => new Mount
                        {
                            Type = MountType.Volume,
                            Source = volume.Name,
                            Target = PathOf(volume),
                            VolumeOptions = new VolumeOptions { NoCopy = true },
                        }),
                    ],
                },
            },
            cancellationToken
        );
        return new MountedContainer(docker, created.Id);
    }

    /// <summary>
    /// Removes, before the first of ours, those of workers that were killed with one in their hands. Only the worker that holds the lease
    /// makes them, so whose they were has gone.
    /// </summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (_hasSwept)
        {
            return;
        }

        var left = await docker.Containers.ListAsync(
            all: true,
            Filters.Label(Labels.Installation, options.Installation) & Filters.Label(Labels.Writer),
            cancellationToken
        );
        foreach (var container in left.Where(container => container.Labels?.GetValueOrDefault(Labels.Writer) != _self))
        {
            try
            {
                await docker.Containers.RemoveAsync(container.Id, force: true, volumes: false, cancellationToken);
            }
            catch (Exception failure) when (failure is DockerNotFoundException or DockerConflictException)
            {
                // Gone meanwhile, or going.
            }
        }

        _hasSwept = true;
    }

    /// <summary>Removes the container whatever happens; the volumes stay.</summary>
    public sealed class MountedContainer(DockerClient docker, string id) : IAsyncDisposable
    {
        public string Id => id;

        public async ValueTask DisposeAsync()
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await docker.Containers.RemoveAsync(id, force: true, volumes: false, bound.Token);
            }
            catch (DockerNotFoundException)
            {
                // Gone meanwhile.
            }
        }
    }
}
