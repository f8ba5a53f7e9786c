using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>Containers of this installation that belong to no service.</summary>
internal sealed class SwarmContainers(DockerClient docker, SwarmOptions options)
{
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var container = await docker.Containers.InspectAsync(id, cancellationToken);
            if (container.Config.Labels?.GetValueOrDefault(Labels.Installation) != options.Installation)
            {
                throw new PlatformException("not-ours", $"The container {container.Name?.TrimStart('/')} is not this panel's.");
            }

            await docker.Containers.RemoveAsync(id, force: false, volumes: false, cancellationToken);
        }
        catch (DockerNotFoundException)
        {
            // Gone meanwhile.
        }
        catch (DockerConflictException conflict)
        {
            throw new PlatformException("container-runs", "The container runs, or is just being removed.", conflict);
        }
    }
}
