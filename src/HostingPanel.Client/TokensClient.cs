using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/tokens</c>.</summary>
public sealed class TokensClient
{
    private readonly ApiTransport _transport;

    internal TokensClient(ApiTransport transport) => _transport = transport;

    /// <summary>Tokens, the newest first.</summary>
    public Task<Page<Token>> ListAsync(
        int? limit = null,
        string? cursor = null,
        string? organisation = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<Token>>(
            "tokens" + Query(("limit", limit), ("cursor", cursor), ("organisation", organisation)),
            cancellationToken
        );

    /// <summary>Makes a token. Its secret is in this answer and never again, also not when asked again with the same key.</summary>
    public Task<CreatedToken> CreateAsync(
        CreateTokenRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<CreatedToken>(HttpMethod.Post, "tokens", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Ends a token at once.</summary>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"tokens/{id}", cancellationToken);
}
