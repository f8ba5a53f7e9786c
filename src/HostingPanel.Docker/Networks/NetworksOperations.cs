using HostingPanel.Docker.Json;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Networks.</summary>
public sealed class NetworksOperations
{
    private readonly EngineTransport _transport;

    internal NetworksOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All networks, or those the filters leave.</summary>
    public Task<IReadOnlyList<NetworkResponse>> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "networks").Query(filters),
            DockerJsonContext.Default.IReadOnlyListNetworkResponse,
            cancellationToken
        );

    /// <summary>One network, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task<NetworkResponse> InspectAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"networks/{EngineRequest.Segment(idOrName)}"),
            DockerJsonContext.Default.NetworkResponse,
            cancellationToken
        );

    /// <summary>Makes a network.</summary>
    /// <exception cref="DockerConflictException">The name is taken.</exception>
    /// <exception cref="NotInSwarmException">An overlay network needs a swarm.</exception>
    public async Task<CreateResponse> CreateAsync(NetworkCreateRequest network, CancellationToken cancellationToken)
    {
        var request = new EngineRequest(HttpMethod.Post, "networks/create")
        {
            Content = EngineTransport.Json(network, DockerJsonContext.Default.NetworkCreateRequest),
        };
        var created = await _transport.ReadAsync(request, DockerJsonContext.Default.NetworkCreateResponse, cancellationToken);
        return new CreateResponse { Id = created.Id, Warnings = string.IsNullOrEmpty(created.Warning) ? [] : [created.Warning] };
    }

    /// <summary>Removes a network, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    /// <exception cref="DockerInUseException">Something is still in it.</exception>
    public Task RemoveAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Delete, $"networks/{EngineRequest.Segment(idOrName)}"), cancellationToken);

    /// <summary>Puts a container into a network.</summary>
    public Task ConnectAsync(string idOrName, string container, EndpointSettings? settings, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Post, $"networks/{EngineRequest.Segment(idOrName)}/connect")
            {
                Content = EngineTransport.Json(
                    new NetworkMember { Container = container, EndpointConfig = settings },
                    DockerJsonContext.Default.NetworkMember
                ),
            },
            cancellationToken
        );

    /// <summary>Takes a container out of a network.</summary>
    /// <param name="idOrName">The network.</param>
    /// <param name="container">The container.</param>
    /// <param name="force">Even if the container is gone.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task DisconnectAsync(string idOrName, string container, bool force, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Post, $"networks/{EngineRequest.Segment(idOrName)}/disconnect")
            {
                Content = EngineTransport.Json(
                    new NetworkMember { Container = container, Force = force },
                    DockerJsonContext.Default.NetworkMember
                ),
            },
            cancellationToken
        );
}
