using HostingPanel.Docker.Json;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>The machines of the swarm.</summary>
public sealed class NodesOperations
{
    private readonly EngineTransport _transport;

    internal NodesOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All nodes, or those the filters leave.</summary>
    public Task<IReadOnlyList<SwarmNode>> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "nodes").Query(filters),
            DockerJsonContext.Default.IReadOnlyListSwarmNode,
            cancellationToken
        );

    /// <summary>One node, by id or name. The one asked is <see cref="SwarmInfo.NodeId"/>.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task<SwarmNode> InspectAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"nodes/{EngineRequest.Segment(idOrName)}"),
            DockerJsonContext.Default.SwarmNode,
            cancellationToken
        );

    /// <summary>Changes labels, role and availability.</summary>
    /// <exception cref="UpdateOutOfSequenceException">The version is not the newest.</exception>
    public Task UpdateAsync(string id, ObjectVersion version, NodeSpec spec, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Post, $"nodes/{EngineRequest.Segment(id)}/update")
            {
                Content = EngineTransport.Json(spec, DockerJsonContext.Default.NodeSpec),
            }.Query("version", version.Index),
            cancellationToken
        );

    /// <summary>Forgets a node.</summary>
    /// <param name="id">The node.</param>
    /// <param name="force">Even if it is not down.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task RemoveAsync(string id, bool force, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Delete, $"nodes/{EngineRequest.Segment(id)}").Query("force", force),
            cancellationToken
        );
}
