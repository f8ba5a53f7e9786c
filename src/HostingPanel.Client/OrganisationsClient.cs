using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/organisations</c>.</summary>
public sealed class OrganisationsClient
{
    private readonly ApiTransport _transport;

    internal OrganisationsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Organisations by slug.</summary>
    public Task<Page<Organisation>> ListAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Organisation>>("organisations" + Query(("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>One organisation.</summary>
    public Task<Organisation> GetAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Organisation>($"organisations/{Segment(slug)}", cancellationToken);

    /// <summary>Makes an organisation.</summary>
    public Task<Organisation> CreateAsync(
        CreateOrganisationRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Organisation>(HttpMethod.Post, "organisations", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Changes its name or plan.</summary>
    public Task<Organisation> UpdateAsync(string slug, UpdateOrganisationRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Organisation>(HttpMethod.Patch, $"organisations/{Segment(slug)}", Json(request), null, cancellationToken);

    /// <summary>Deletes an organisation that has no sites.</summary>
    public Task DeleteAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"organisations/{Segment(slug)}", cancellationToken);
}
