using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/people</c>.</summary>
public sealed class PeopleClient
{
    private readonly ApiTransport _transport;

    internal PeopleClient(ApiTransport transport) => _transport = transport;

    /// <summary>Everybody who has an account: the staff first, then by name.</summary>
    public Task<Page<Person>> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Person>>("people", cancellationToken);

    /// <summary>Makes somebody one of the staff, or gives them another role there.</summary>
    public Task SetRoleAsync(Guid id, SetStaffRoleRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Put, $"people/{id}/role", Json(request), cancellationToken);

    /// <summary>Takes somebody out of the staff; their account and memberships stay.</summary>
    public Task TakeRoleAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"people/{id}/role", cancellationToken);

    /// <summary>Takes all power away until it is given back.</summary>
    public Task SuspendAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Put, $"people/{id}/suspension", cancellationToken);

    /// <summary>Gives it back.</summary>
    public Task ResumeAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"people/{id}/suspension", cancellationToken);

    /// <summary>Signs somebody out everywhere.</summary>
    public Task EndSessionsAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"people/{id}/sessions", cancellationToken);

    /// <summary>Takes the second factors of somebody away who has lost them.</summary>
    public Task ResetFactorsAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"people/{id}/factors", cancellationToken);

    /// <summary>Removes an account; what its person did stays in the audit.</summary>
    public Task RemoveAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"people/{id}", cancellationToken);
}
