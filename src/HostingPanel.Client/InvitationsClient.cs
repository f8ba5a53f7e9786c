using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/invitations</c>.</summary>
public sealed class InvitationsClient
{
    private readonly ApiTransport _transport;

    internal InvitationsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Invitations that nobody has answered: to an organisation and its sites, or to the staff.</summary>
    public Task<Page<Invitation>> ListAsync(string? organisation = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Invitation>>("invitations" + Query(("organisation", organisation)), cancellationToken);

    /// <summary>Invites somebody; the link goes out by mail.</summary>
    public Task<Invitation> CreateAsync(
        InviteRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Invitation>(HttpMethod.Post, "invitations", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Sends one again with another link.</summary>
    public Task<Invitation> ResendAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Invitation>(HttpMethod.Post, $"invitations/{id}/resend", null, idempotencyKey, cancellationToken);

    /// <summary>Takes one back.</summary>
    public Task WithdrawAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"invitations/{id}", cancellationToken);
}
