using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>
/// Looks whether volumes are there and are the right ones before anything mounts them: the engine makes one that is missing without a word,
/// empty and nobody's. Makes nothing itself.
/// </summary>
internal sealed class SwarmVolumeChecks(DockerClient docker, VolumeMounts mounts, SwarmVolumes volumes)
{
    private const string Missing = "volume-missing";
    private const string NotOurs = "volume-not-ours";

    /// <summary>Each must be there, with its identity in its label and in its marker file.</summary>
    public async Task RequireWholeAsync(IReadOnlyList<VolumeDefinition> wanted, CancellationToken cancellationToken)
    {
        await RequireLabelledAsync(wanted.Select(volume => (volume.Name, volume.Identity)), cancellationToken);
        await using var container = await mounts.MountAsync(wanted, cancellationToken);
        foreach (var volume in wanted)
        {
            var marker = await volumes.ReadMarkerAsync(container.Id, volume, cancellationToken);
            if (marker != volume.Identity.ToString())
            {
                throw new PlatformException(
                    NotOurs,
                    $"The marker file {SwarmVolumes.Marker} in the volume “{volume.Name}” {(marker is null ? "is missing" : "names another volume")}. Nothing was touched: look at what is in it. If it is the right one, write {volume.Identity} into that file."
                );
            }
        }
    }

    /// <summary>Each must be there, with its identity in its label. Cheap: the engine is asked for all of them side by side.</summary>
    public Task RequireLabelledAsync(IEnumerable<(string Name, Guid Identity)> wanted, CancellationToken cancellationToken) =>
        Task.WhenAll(
            wanted
                .Distinct()
                .Select(async volume =>
                {
                    var found = await RequireThereAsync(volume.Name, cancellationToken);
                    if (found.Labels.GetValueOrDefault(Labels.Volume) != volume.Identity.ToString())
                    {
                        throw new PlatformException(
                            NotOurs,
                            $"The volume “{volume.Name}” in the engine is not the one that this site was given. Nothing was started on it: put the right one back in its place."
                        );
                    }
                })
        );

    /// <summary>It must be there, whosever it is.</summary>
    public async Task<VolumeResponse> RequireThereAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await docker.Volumes.InspectAsync(name, cancellationToken);
        }
        catch (DockerNotFoundException)
        {
            throw new PlatformException(
                Missing,
                $"The volume “{name}” is not on this node. Nothing was started, for the engine would make an empty one: put it back, or restore it."
            );
        }
    }
}
