using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/panel-backups</c>.</summary>
public sealed class PanelBackupsClient
{
    private const string At = "panel-backups";
    private readonly ApiTransport _transport;

    internal PanelBackupsClient(ApiTransport transport) => _transport = transport;

    /// <summary>The backups of the panel itself, the newest first.</summary>
    public Task<Page<PanelBackup>> ListAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<PanelBackup>>(At + Query(("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Backs the panel up now; the backup has the operation's id.</summary>
    public Task<Accepted> TakeAsync(
        PanelBackupRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Post, At, Json(request), idempotencyKey, cancellationToken);

    /// <summary>When the panel was last backed up, and whether the recovery kit that is kept elsewhere is current.</summary>
    public Task<PanelBackupState> GetStateAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<PanelBackupState>($"{At}/state", cancellationToken);
}
