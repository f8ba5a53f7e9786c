using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/volumes</c> and <c>/coverage</c>.</summary>
public sealed class VolumesClient
{
    private readonly ApiTransport _transport;

    internal VolumesClient(ApiTransport transport) => _transport = transport;

    /// <summary>Volumes of all sites.</summary>
    /// <param name="site">Only those of this site.</param>
    /// <param name="organisation">Only those of this organisation's sites.</param>
    /// <param name="kind">Only those of this kind.</param>
    /// <param name="search">Only those with this text in their names or their site's slug or title.</param>
    /// <param name="trashed">True for those in the trash, alone or with their site; false for the others; null for both.</param>
    /// <param name="sort">site, name, size, files or created, with a - before it for the other direction.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cursor">Where the page before ended.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Page<Volume>> ListAsync(
        string? site = null,
        string? organisation = null,
        VolumeKind? kind = null,
        string? search = null,
        bool? trashed = null,
        string? sort = null,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<Volume>>(
            "volumes"
                + Query(
                    ("site", site),
                    ("organisation", organisation),
                    ("kind", Word(kind)),
                    ("search", search),
                    ("trashed", trashed),
                    ("sort", sort),
                    ("limit", limit),
                    ("cursor", cursor)
                ),
            cancellationToken
        );

    /// <summary>One volume.</summary>
    public Task<Volume> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Volume>(At(id), cancellationToken);

    /// <summary>What was in a volume over time, the newest measurement first.</summary>
    public Task<Page<VolumeMeasurement>> ListMeasurementsAsync(
        Guid id,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<VolumeMeasurement>>(
            $"{At(id)}/measurements" + Query(("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    /// <summary>Copies a volume into a new one of the same site.</summary>
    public Task<Accepted> CloneAsync(Guid id, string name, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Post,
            $"{At(id)}/clone",
            Json(new CloneVolumeRequest(name)),
            idempotencyKey,
            cancellationToken
        );

    /// <summary>Moves a volume that nothing mounts to the trash.</summary>
    public Task<Volume> DeleteAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Volume>(HttpMethod.Delete, At(id), null, idempotencyKey, cancellationToken);

    /// <summary>Takes a volume out of the trash.</summary>
    public Task<Volume> UntrashAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Volume>(HttpMethod.Post, $"{At(id)}/untrash", null, idempotencyKey, cancellationToken);

    /// <summary>What purging a volume would delete, exactly.</summary>
    public Task<VolumePurge> PreviewPurgeAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<VolumePurge>($"{At(id)}/purge", cancellationToken);

    /// <summary>Deletes a volume from the trash for good.</summary>
    public Task<Accepted> PurgeAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(HttpMethod.Post, $"{At(id)}/purge", null, idempotencyKey, cancellationToken);

    /// <summary>Volumes on the nodes that no site owns, by name.</summary>
    public Task<Page<UnknownVolume>> ListUnknownAsync(
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) => _transport.GetAsync<Page<UnknownVolume>>("volumes/unknown" + Query(("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Gives a volume that no site owns to a site.</summary>
    public Task<Accepted> AdoptAsync(
        string engineName,
        AdoptVolumeRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Post,
            $"volumes/unknown/{Segment(engineName)}/adopt",
            Json(request),
            idempotencyKey,
            cancellationToken
        );

    /// <summary>Writes down why no backup has to take a volume.</summary>
    public Task ExcludeAsync(Guid id, string reason, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Put, $"{At(id)}/exclusion", Json(new ExclusionRequest(reason)), cancellationToken);

    /// <summary>Takes that back.</summary>
    public Task IncludeAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"{At(id)}/exclusion", cancellationToken);

    /// <summary>Writes down why no backup has to take a database of a site.</summary>
    public Task ExcludeDatabaseAsync(string site, string database, string reason, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Put, ExclusionOf(site, database), Json(new ExclusionRequest(reason)), cancellationToken);

    /// <summary>Takes that back.</summary>
    public Task IncludeDatabaseAsync(string site, string database, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, ExclusionOf(site, database), cancellationToken);

    /// <summary>Whether backups take what the sites hold.</summary>
    /// <param name="site">Only that of this site.</param>
    /// <param name="organisation">Only that of this organisation's sites.</param>
    /// <param name="state">Only what is in this state; the summary counts the others, too.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cursor">Where the page before ended.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<CoverageReport> GetCoverageAsync(
        string? site = null,
        string? organisation = null,
        CoverageState? state = null,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<CoverageReport>(
            "coverage"
                + Query(("site", site), ("organisation", organisation), ("state", Word(state)), ("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    private static string At(Guid id) => $"volumes/{id}";

    private static string ExclusionOf(string site, string database) => $"sites/{Segment(site)}/databases/{Segment(database)}/exclusion";
}
