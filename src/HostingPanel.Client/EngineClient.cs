using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/engine</c>.</summary>
public sealed class EngineClient
{
    private readonly ApiTransport _transport;

    internal EngineClient(ApiTransport transport) => _transport = transport;

    /// <summary>How the panel's last look at the engine went.</summary>
    public Task<EngineLook> GetAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<EngineLook>("engine", cancellationToken);

    /// <summary>What in the engine is nobody's, the newest first.</summary>
    public Task<Page<UnownedThing>> ListUnownedAsync(
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) => _transport.GetAsync<Page<UnownedThing>>("engine/unowned" + Query(("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Removes one of them, if it still is nobody's when it is its turn.</summary>
    public Task<Accepted> RemoveUnownedAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(HttpMethod.Delete, $"engine/unowned/{id}", null, idempotencyKey, cancellationToken);
}
