using HostingPanel.Docker.Json;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>The swarm itself.</summary>
public sealed class SwarmOperations
{
    private readonly EngineTransport _transport;

    internal SwarmOperations(EngineTransport transport) => _transport = transport;

    /// <summary>The swarm, with its join tokens.</summary>
    /// <exception cref="NotInSwarmException">This engine is no manager.</exception>
    public Task<SwarmInspectResponse> InspectAsync(CancellationToken cancellationToken) =>
        _transport.ReadAsync(new EngineRequest(HttpMethod.Get, "swarm"), DockerJsonContext.Default.SwarmInspectResponse, cancellationToken);

    /// <summary>Makes a swarm with this machine as its first manager, and answers the machine's node id.</summary>
    /// <exception cref="DockerConflictException">The machine already is in a swarm.</exception>
    public Task<string> InitAsync(SwarmInitRequest swarm, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Post, "swarm/init")
            {
                Content = EngineTransport.Json(swarm, DockerJsonContext.Default.SwarmInitRequest),
            },
            DockerJsonContext.Default.String,
            cancellationToken
        );

    /// <summary>Joins a swarm.</summary>
    /// <exception cref="DockerConflictException">The machine already is in a swarm.</exception>
    public Task JoinAsync(SwarmJoinRequest swarm, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Post, "swarm/join")
            {
                Content = EngineTransport.Json(swarm, DockerJsonContext.Default.SwarmJoinRequest),
            },
            cancellationToken
        );

    /// <summary>Changes the swarm's settings.</summary>
    /// <exception cref="UpdateOutOfSequenceException">The version is not the newest.</exception>
    public Task UpdateAsync(ObjectVersion version, SwarmSpec spec, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Post, "swarm/update")
            {
                Content = EngineTransport.Json(spec, DockerJsonContext.Default.SwarmSpec),
            }.Query("version", version.Index),
            cancellationToken
        );

    /// <summary>Leaves the swarm.</summary>
    /// <param name="force">Even as its last manager, which ends the swarm with everything it knows.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task LeaveAsync(bool force, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Post, "swarm/leave").Query("force", force), cancellationToken);
}
