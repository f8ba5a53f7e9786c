using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/mail</c>.</summary>
public sealed class MailClient
{
    private readonly ApiTransport _transport;

    internal MailClient(ApiTransport transport) => _transport = transport;

    /// <summary>The mail server; refused with <c>mail-server-not-found</c> where there is none.</summary>
    public Task<MailServer> GetServerAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<MailServer>("mail/server", cancellationToken);

    /// <summary>Says which mail server to use.</summary>
    public Task<MailServer> SetServerAsync(SetMailServerRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<MailServer>(HttpMethod.Put, "mail/server", Json(request), null, cancellationToken);

    /// <summary>Sends no more mail; messages are shown to administrators.</summary>
    public Task ForgetServerAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, "mail/server", cancellationToken);

    /// <summary>The last messages, the newest first.</summary>
    public Task<Page<MailMessage>> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<MailMessage>>("mail/messages", cancellationToken);

    /// <summary>Queues a test message; the list says what becomes of it.</summary>
    public Task<MailMessage> TestAsync(
        TestMailRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<MailMessage>(HttpMethod.Post, "mail/test", Json(request), idempotencyKey, cancellationToken);
}
