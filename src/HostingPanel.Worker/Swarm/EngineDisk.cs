using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>The disk of the engine that the worker talks to.</summary>
internal sealed class EngineDisk(DockerClient docker, IDiskSpace space) : IEngineDisk
{
    public long? FreeBytes() => space.FreeBytes();

    public async Task<IReadOnlyDictionary<string, long>> MeasureAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, long> lengths = new(StringComparer.Ordinal);
        await SwarmPlatform.TranslateAsync(async () =>
        {
            foreach (var volume in await docker.System.VolumeUsageAsync(cancellationToken))
            {
                if (volume.UsageData is { Size: >= 0 } usage)
                {
                    lengths[volume.Name] = usage.Size;
                }
            }
        });
        return lengths;
    }
}
