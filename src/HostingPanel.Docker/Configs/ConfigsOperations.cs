using HostingPanel.Docker.Json;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Swarm configs.</summary>
public sealed class ConfigsOperations
{
    private readonly EngineTransport _transport;

    internal ConfigsOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All configs, or those the filters leave.</summary>
    public Task<IReadOnlyList<SwarmConfig>> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "configs").Query(filters),
            DockerJsonContext.Default.IReadOnlyListSwarmConfig,
            cancellationToken
        );

    /// <summary>One config, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task<SwarmConfig> InspectAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"configs/{EngineRequest.Segment(idOrName)}"),
            DockerJsonContext.Default.SwarmConfig,
            cancellationToken
        );

    /// <summary>Makes a config and answers its id.</summary>
    /// <exception cref="DockerConflictException">The name is taken.</exception>
    public async Task<string> CreateAsync(ConfigSpec config, CancellationToken cancellationToken)
    {
        var request = new EngineRequest(HttpMethod.Post, "configs/create")
        {
            Content = EngineTransport.Json(config, DockerJsonContext.Default.ConfigSpec),
        };
        var created = await _transport.ReadAsync(request, DockerJsonContext.Default.IdResponse, cancellationToken);
        return created.Id;
    }

    /// <summary>Removes a config, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    /// <exception cref="DockerInUseException">A service still has it.</exception>
    public Task RemoveAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Delete, $"configs/{EngineRequest.Segment(idOrName)}"), cancellationToken);
}
