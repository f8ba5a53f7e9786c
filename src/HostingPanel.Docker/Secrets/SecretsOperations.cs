using HostingPanel.Docker.Json;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Swarm secrets.</summary>
public sealed class SecretsOperations
{
    private readonly EngineTransport _transport;

    internal SecretsOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All secrets, or those the filters leave.</summary>
    public Task<IReadOnlyList<SwarmSecret>> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "secrets").Query(filters),
            DockerJsonContext.Default.IReadOnlyListSwarmSecret,
            cancellationToken
        );

    /// <summary>One secret, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task<SwarmSecret> InspectAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"secrets/{EngineRequest.Segment(idOrName)}"),
            DockerJsonContext.Default.SwarmSecret,
            cancellationToken
        );

    /// <summary>Makes a secret and answers its id.</summary>
    /// <exception cref="DockerConflictException">The name is taken.</exception>
    public async Task<string> CreateAsync(SecretSpec secret, CancellationToken cancellationToken)
    {
        var request = new EngineRequest(HttpMethod.Post, "secrets/create")
        {
            Content = EngineTransport.Json(secret, DockerJsonContext.Default.SecretSpec),
        };
        var created = await _transport.ReadAsync(request, DockerJsonContext.Default.IdResponse, cancellationToken);
        return created.Id;
    }

    /// <summary>Removes a secret, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    /// <exception cref="DockerInUseException">A service still has it.</exception>
    public Task RemoveAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Delete, $"secrets/{EngineRequest.Segment(idOrName)}"), cancellationToken);
}
