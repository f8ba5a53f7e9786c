using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>The spec builder for this engine's node: everything of a site lives there. Asked once, for a node keeps its id.</summary>
internal sealed class SpecBuilders(DockerClient docker, SwarmOptions options) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private volatile Known? _known;

    public async Task<SpecBuilder> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known)
        {
            return known.Builder;
        }

        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_known is { } meanwhile)
            {
                return meanwhile.Builder;
            }

            var info = await docker.System.InfoAsync(cancellationToken);
            var node = info.Swarm.NodeId;
            if (string.IsNullOrEmpty(node))
            {
                throw new PlatformException(
                    "no-swarm-manager",
                    "The engine is not the manager of a swarm. Run ./panel up, which makes one."
                );
            }

            _known = new Known(node, new SpecBuilder(options.Installation, node, options.ToolboxImage, Math.Max(1, info.CpuCount)));
            return _known.Builder;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>The same, asked again if the node is not among these: the engine was put into another swarm.</summary>
    public Task<SpecBuilder> GetAsync(IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        if (_known is { } known && !nodes.Contains(known.Node, StringComparer.Ordinal))
        {
            _known = null;
        }

        return GetAsync(cancellationToken);
    }

    public void Dispose() => _oneAtATime.Dispose();

    private sealed record Known(string Node, SpecBuilder Builder);
}
