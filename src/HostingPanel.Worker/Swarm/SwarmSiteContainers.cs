using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>The containers that the engine made for the services of a site.</summary>
internal sealed class SwarmSiteContainers(DockerClient docker, SwarmOptions options, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(60);

    public async Task<IReadOnlyList<ContainerObservation>> InspectAsync(Guid siteId, CancellationToken cancellationToken)
    {
        var found = new List<ContainerObservation>();
        foreach (var container in await docker.Containers.ListAsync(all: false, OfServices(siteId), cancellationToken))
        {
            try
            {
                var changes = await docker.Containers.ChangesAsync(container.Id, cancellationToken);
                found.Add(
                    new ContainerObservation(
                        container.Id,
                        container.Labels[Labels.Service],
                        [.. container.Mounts.Select(mount => mount.Destination).OfType<string>()],
                        [.. changes.Select(change => new LayerChange(change.Path, KindOf(change.Kind)))]
                    )
                );
            }
            catch (DockerNotFoundException)
            {
                // Gone since it was listed, and with it what it kept.
            }
        }

        return found;
    }

    public async Task RemoveAsync(Guid siteId, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        while (true)
        {
            var left = (await docker.Containers.ListAsync(all: true, OfServices(siteId), cancellationToken))
                .Select(container => container.Id)
                .Intersect(ids, StringComparer.Ordinal)
                .ToList();
            if (left.Count == 0)
            {
                return;
            }

            // At once, as a broken machine would take them: whoever waits for another to have stopped is not tested.
            await Task.WhenAll(left.Select(id => KillAsync(id, cancellationToken)));
            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    private async Task KillAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await docker.Containers.RemoveAsync(id, force: true, volumes: false, cancellationToken);
        }
        catch (Exception failure) when (failure is DockerNotFoundException or DockerConflictException)
        {
            // Gone, or the engine is at it itself.
        }
    }

    private Filters OfServices(Guid siteId) =>
        Filters.Label(Labels.Installation, options.Installation)
        & Filters.Label(Labels.Site, siteId.ToString())
        & Filters.Label(Labels.Service);

    private static LayerChangeKind KindOf(FilesystemChangeKind kind) =>
        kind switch
        {
            FilesystemChangeKind.Modified => LayerChangeKind.Modified,
            FilesystemChangeKind.Added => LayerChangeKind.Added,
            FilesystemChangeKind.Deleted => LayerChangeKind.Deleted,
            _ => throw new InvalidOperationException($"The panel has no word for the change {kind}."),
        };
}
