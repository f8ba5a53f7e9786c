using System.Formats.Tar;
using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>
/// Volumes that the panel has not made, or has forgotten. They are listed and may be given to a site. Their labels can't be changed, so what
/// proves whose they are is the marker file alone.
/// </summary>
internal sealed class SwarmVolumesFound(
    DockerClient docker,
    SwarmOptions options,
    VolumeMounts mounts,
    SwarmVolumes volumes,
    TimeProvider time
)
{
    private const string PlainDriver = "local";
    private (string Id, string Name)? _node;

    /// <summary>Everything but what other installations and the panel itself have: one list of volumes, one of containers.</summary>
    public async Task<IReadOnlyList<VolumeObservation>> ListAsync(CancellationToken cancellationToken)
    {
        var node = await NodeAsync(cancellationToken);
        var all = await docker.Volumes.ListAsync(filters: null, cancellationToken);
        var users = (await docker.Containers.ListAsync(all: true, filters: null, cancellationToken))
            .SelectMany(container => container.Mounts.Select(mount => (mount.Name, Container: NameOf(container))))
            .Where(use => use.Name is { Length: > 0 })
            .ToLookup(use => use.Name!, use => use.Container, StringComparer.Ordinal);
        return
        [
            .. all.Where(volume => !IsForeign(volume) && !IsThePanels(volume))
                .OrderBy(volume => volume.Name, StringComparer.Ordinal)
                .Select(volume => new VolumeObservation(
                    volume.Name,
                    node.Id,
                    node.Name,
                    volume.Labels.ContainsKey(Labels.Installation),
                    volume.CreatedAt,
                    [.. users[volume.Name].Order(StringComparer.Ordinal)],
                    ObstacleOf(volume)
                )),
        ];
    }

    public async Task AdoptAsync(VolumeDefinition volume, CancellationToken cancellationToken)
    {
        VolumeResponse found;
        try
        {
            found = await docker.Volumes.InspectAsync(volume.Name, cancellationToken);
        }
        catch (DockerNotFoundException)
        {
            throw new PlatformException("volume-missing", $"There is no volume “{volume.Name}” on this node any more.");
        }

        if (IsForeign(found) || IsThePanels(found))
        {
            throw new PlatformException("volume-not-ours", $"The volume “{volume.Name}” belongs to an installation of the panel itself.");
        }

        if (ObstacleOf(found) is { } obstacle)
        {
            throw new PlatformException("volume-not-adoptable", $"The volume “{volume.Name}” can't become a site's: {obstacle}");
        }

        // A container of ours may be left over from a worker that was killed at this very place.
        await volumes.ReapEndedAsync(volume.Name, cancellationToken);
        if (await docker.Containers.ListAsync(all: true, Filters.Of("volume", volume.Name), cancellationToken) is [var user, ..])
        {
            throw new PlatformException(
                "volume-is-mounted",
                $"The container “{NameOf(user)}” has the volume “{volume.Name}”. Remove it first; two owners of one volume would harm each other."
            );
        }

        await using var container = await mounts.MountAsync([volume], cancellationToken);
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(volumes.MarkerOf(volume), cancellationToken);
        }

        tar.Position = 0;
        await docker.Containers.PutArchiveAsync(container.Id, "/", tar, cancellationToken);
    }

    public async Task RemoveAsync(string name, Guid identity, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var found = await docker.Volumes.InspectAsync(name, cancellationToken);
                var definition = new VolumeDefinition(name, identity, 0, 0, UnixFileMode.None, new Ownership(null, null));
                if (IsForeign(found) || IsThePanels(found) || await MarkerAsync(definition, cancellationToken) != identity.ToString())
                {
                    throw new PlatformException(
                        "volume-not-ours",
                        $"The marker file in the volume “{name}” does not name the one to delete. Nothing was touched; look at what is in it."
                    );
                }

                await docker.Volumes.RemoveAsync(name, cancellationToken);
                return;
            }
            catch (DockerNotFoundException)
            {
                return;
            }
            catch (DockerConflictException)
            {
                // A container that is just going still holds it. The step's time-out bounds this.
                await volumes.ReapEndedAsync(name, cancellationToken);
                await Task.Delay(SwarmVolumes.PollInterval, time, cancellationToken);
            }
        }
    }

    private async Task<string?> MarkerAsync(VolumeDefinition volume, CancellationToken cancellationToken)
    {
        await using var container = await mounts.MountAsync([volume], cancellationToken);
        return await volumes.ReadMarkerAsync(container.Id, volume, cancellationToken);
    }

    /// <summary>Asked once: a node keeps its id and its name.</summary>
    private async Task<(string Id, string Name)> NodeAsync(CancellationToken cancellationToken)
    {
        if (_node is { } known)
        {
            return known;
        }

        var info = await docker.System.InfoAsync(cancellationToken);
        var node = (info.Swarm.NodeId ?? string.Empty, info.Name ?? string.Empty);
        // An engine that is not in its swarm yet has no node to name.
        _node = node.Item1.Length == 0 ? null : node;
        return node;
    }

    private bool IsForeign(VolumeResponse volume) =>
        volume.Labels.TryGetValue(Labels.Installation, out var installation) && installation != options.Installation;

    /// <summary>Of this installation and of no site: database, gateway, uploads, and the restore points.</summary>
    private bool IsThePanels(VolumeResponse volume) =>
        volume.Labels.GetValueOrDefault(Labels.Installation) == options.Installation && !volume.Labels.ContainsKey(Labels.Site);

    /// <summary>A driver's options may make any directory of the machine look like a volume.</summary>
    private static string? ObstacleOf(VolumeResponse volume) =>
        volume.Driver != PlainDriver ? $"its driver is “{volume.Driver}”, not the engine's own."
        : volume.Options.Count > 0 ? "its driver has options, so what is in it lies elsewhere on the machine."
        : null;

    private static string NameOf(ContainerSummary container) => container.Names is [var name, ..] ? name.TrimStart('/') : container.Id;
}
