using HostingPanel.Docker.Json;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Volumes of the node. There is no prune: what is removed is named.</summary>
public sealed class VolumesOperations
{
    private readonly EngineTransport _transport;

    internal VolumesOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All volumes, or those the filters leave.</summary>
    public async Task<IReadOnlyList<VolumeResponse>> ListAsync(Filters? filters, CancellationToken cancellationToken)
    {
        var list = await _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, "volumes").Query(filters),
            DockerJsonContext.Default.VolumeListResponse,
            cancellationToken
        );
        return list.Volumes ?? [];
    }

    /// <summary>One volume.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task<VolumeResponse> InspectAsync(string name, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"volumes/{EngineRequest.Segment(name)}"),
            DockerJsonContext.Default.VolumeResponse,
            cancellationToken
        );

    /// <summary>Makes a volume, or answers the one that has the name already.</summary>
    /// <exception cref="DockerConflictException">One of that name exists with another driver.</exception>
    public Task<VolumeResponse> CreateAsync(VolumeCreateRequest volume, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Post, "volumes/create")
            {
                Content = EngineTransport.Json(volume, DockerJsonContext.Default.VolumeCreateRequest),
            },
            DockerJsonContext.Default.VolumeResponse,
            cancellationToken
        );

    /// <summary>Removes a volume and everything in it.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    /// <exception cref="DockerInUseException">A container, even a stopped one, still has it.</exception>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Delete, $"volumes/{EngineRequest.Segment(name)}"), cancellationToken);
}
