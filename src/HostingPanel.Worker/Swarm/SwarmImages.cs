using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>The images of this node.</summary>
internal sealed class SwarmImages(DockerClient docker)
{
    public async Task RequireAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await docker.Images.InspectAsync(image, cancellationToken);
        }
        catch (DockerNotFoundException)
        {
            throw new PlatformException("image-missing", $"The image {image} is not on this node. Run ./panel up, which builds it.");
        }
    }
}
