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

    /// <summary>The people of an organisation, owners first.</summary>
    public Task<Page<Member>> ListMembersAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Member>>($"organisations/{Segment(slug)}/members", cancellationToken);

    /// <summary>Gives a member another role.</summary>
    public Task UpdateMemberAsync(
        string slug,
        Guid accountId,
        UpdateMemberRequest request,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync(HttpMethod.Patch, $"organisations/{Segment(slug)}/members/{accountId}", Json(request), cancellationToken);

    /// <summary>Removes a member.</summary>
    public Task RemoveMemberAsync(string slug, Guid accountId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"organisations/{Segment(slug)}/members/{accountId}", cancellationToken);

    /// <summary>Who may work on single sites of an organisation, by the end.</summary>
    public Task<Page<SiteAccess>> ListSiteAccessAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<SiteAccess>>($"organisations/{Segment(slug)}/site-access", cancellationToken);

    /// <summary>Lets somebody who is known in the organisation work on a site until then.</summary>
    public Task GiveSiteAccessAsync(
        string site,
        Guid accountId,
        GiveSiteAccessRequest request,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync(HttpMethod.Put, $"sites/{Segment(site)}/access/{accountId}", Json(request), cancellationToken);

    /// <summary>Ends somebody's access to a site at once.</summary>
    public Task TakeSiteAccessAsync(string site, Guid accountId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"sites/{Segment(site)}/access/{accountId}", cancellationToken);

    /// <summary>Deletes an organisation that has no sites.</summary>
    public Task DeleteAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"organisations/{Segment(slug)}", cancellationToken);
}
