using System.Net.Http.Headers;
using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/downloads</c>: what was fetched out of restore points, while it waits.</summary>
public sealed class DownloadsClient
{
    private readonly ApiTransport _transport;

    internal DownloadsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Those that wait, the newest first.</summary>
    public Task<Page<Download>> ListAsync(string? site = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Download>>("downloads" + Query(("site", site)), cancellationToken);

    /// <summary>Takes one; dispose of the answer when it was read.</summary>
    /// <param name="id">Which.</param>
    /// <param name="from">The first byte that is wanted, to go on where an earlier try ended.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<HttpResponseMessage> OpenAsync(Guid id, long from = 0, CancellationToken cancellationToken = default) =>
        _transport.OpenAsync($"downloads/{id}", from > 0 ? new RangeHeaderValue(from, null) : null, cancellationToken);

    /// <summary>Lets one go before its time.</summary>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"downloads/{id}", cancellationToken);
}
