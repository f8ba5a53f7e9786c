using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/sites/{slug}/domains</c>.</summary>
public sealed class DomainsClient
{
    private readonly ApiTransport _transport;

    internal DomainsClient(ApiTransport transport) => _transport = transport;

    /// <summary>The host names of a site, the primary one first.</summary>
    public Task<SiteDomains> ListAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<SiteDomains>(At(slug), cancellationToken);

    /// <summary>Gives a site another name; it is served once it is known to be the site's.</summary>
    public Task<DomainsChanged> AddAsync(
        string slug,
        AddDomainRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<DomainsChanged>(HttpMethod.Post, At(slug), Json(request), idempotencyKey, cancellationToken);

    /// <summary>Has a name looked at as soon as it can be done.</summary>
    public Task<DomainsChanged> VerifyAsync(
        string slug,
        string host,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => ActAsync(slug, host, "verify", idempotencyKey, cancellationToken);

    /// <summary>Has a name served without proof: for the provider's staff.</summary>
    public Task<DomainsChanged> AcceptAsync(
        string slug,
        string host,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => ActAsync(slug, host, "accept", idempotencyKey, cancellationToken);

    /// <summary>Has a site call itself by this name; its application is told.</summary>
    public Task<DomainsChanged> MakePrimaryAsync(
        string slug,
        string host,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => ActAsync(slug, host, "primary", idempotencyKey, cancellationToken);

    /// <summary>Takes a name from a site.</summary>
    public Task<DomainsChanged> RemoveAsync(string slug, string host, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<DomainsChanged>(HttpMethod.Delete, At(slug, host), null, null, cancellationToken);

    /// <summary>Says what happens with visitors who come by another name than the primary one.</summary>
    public Task<DomainsChanged> SetAliasesAsync(string slug, AliasMode aliases, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<DomainsChanged>(
            HttpMethod.Put,
            $"sites/{Segment(slug)}/domain-aliases",
            Json(new SetAliasesRequest(aliases)),
            null,
            cancellationToken
        );

    private static string At(string slug) => $"sites/{Segment(slug)}/domains";

    private static string At(string slug, string host) => $"{At(slug)}/{Segment(host)}";

    private Task<DomainsChanged> ActAsync(
        string slug,
        string host,
        string action,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) => _transport.SendAsync<DomainsChanged>(HttpMethod.Post, $"{At(slug, host)}/{action}", null, idempotencyKey, cancellationToken);
}
