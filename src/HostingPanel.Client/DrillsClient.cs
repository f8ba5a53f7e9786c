using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary>Drills of restore points, and what they say of the sites.</summary>
public sealed class DrillsClient
{
    private readonly ApiTransport _transport;

    internal DrillsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Has a restore point drilled; the drill has the operation's id.</summary>
    public Task<Accepted> DrillAsync(
        string site,
        Guid restorePoint,
        DrillRequest? request = null,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Post,
            $"sites/{Segment(site)}/backups/{restorePoint}/drill",
            Json(request ?? new DrillRequest()),
            idempotencyKey,
            cancellationToken
        );

    /// <summary>The drills of a site's restore points, the newest first; those of a purged site by the slug it had.</summary>
    public Task<Page<RestoreDrill>> ListAsync(
        string site,
        Guid? restorePoint = null,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<RestoreDrill>>(
            At(site) + Query(("restorePoint", restorePoint), ("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    /// <summary>A drill with its evidence.</summary>
    public Task<RestoreDrillEvidence> GetAsync(string site, Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<RestoreDrillEvidence>($"{At(site)}/{id}", cancellationToken);

    /// <summary>The picture of its front page; dispose of the answer when it was read.</summary>
    public Task<HttpResponseMessage> OpenPictureAsync(string site, Guid id, CancellationToken cancellationToken = default) =>
        _transport.OpenAsync($"{At(site)}/{id}/picture", range: null, cancellationToken);

    /// <summary>What a site could be brought back to, and how fast.</summary>
    public Task<SiteRecovery> GetRecoveryAsync(string site, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<SiteRecovery>($"sites/{Segment(site)}/recovery", cancellationToken);

    /// <summary>The same of all sites, by slug.</summary>
    public Task<Page<SiteRecovery>> ListRecoveryAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<SiteRecovery>>("recovery", cancellationToken);

    private static string At(string site) => $"sites/{Segment(site)}/drills";
}
