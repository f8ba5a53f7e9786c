using System.Net.Http.Headers;
using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/uploads</c>.</summary>
public sealed class UploadsClient
{
    private readonly ApiTransport _transport;

    internal UploadsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Sends an archive (<c>.tar</c>, <c>.tar.gz</c>, <c>.tgz</c> or <c>.zip</c>) as it is read; nothing holds it whole in memory.</summary>
    public Task<Upload> CreateAsync(
        string fileName,
        Stream content,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    )
    {
        var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return _transport.SendAsync<Upload>(
            HttpMethod.Post,
            "uploads" + Query(("fileName", fileName)),
            body,
            idempotencyKey,
            cancellationToken
        );
    }
}
