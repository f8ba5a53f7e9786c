using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/sites</c>.</summary>
/// <remarks>Give long actions an idempotency key, and the same key when asking again: then the action happens once.</remarks>
public sealed class SitesClient
{
    private readonly ApiTransport _transport;

    internal SitesClient(ApiTransport transport) => _transport = transport;

    /// <summary>Sites by slug.</summary>
    /// <param name="organisation">Only those of this organisation.</param>
    /// <param name="search">Only those with this text in slug, title or a host name.</param>
    /// <param name="trashed">True for those in the trash, false for the others, null for both.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cursor">Where the page before ended.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Page<Site>> ListAsync(
        string? organisation = null,
        string? search = null,
        bool? trashed = null,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<Site>>(
            "sites" + Query(("organisation", organisation), ("search", search), ("trashed", trashed), ("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    /// <summary>One site.</summary>
    public Task<Site> GetAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Site>(At(slug), cancellationToken);

    /// <summary>Makes a site.</summary>
    public Task<Accepted> CreateAsync(
        CreateSiteRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Post, "sites", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Changes its title or its administrator's address.</summary>
    public Task<Site> UpdateAsync(string slug, UpdateSiteRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Site>(HttpMethod.Patch, At(slug), Json(request), null, cancellationToken);

    /// <summary>How a site's visitors are treated.</summary>
    public Task<Traffic> GetTrafficAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Traffic>($"{At(slug)}/traffic", cancellationToken);

    /// <summary>Sets the whole of it; what is left out is as the blueprint says.</summary>
    public Task<Traffic> SetTrafficAsync(string slug, TrafficSettings settings, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Traffic>(HttpMethod.Put, $"{At(slug)}/traffic", Json(settings), null, cancellationToken);

    /// <summary>Moves a site to the trash; its volumes are kept.</summary>
    public Task<Accepted> DeleteAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(HttpMethod.Delete, At(slug), null, idempotencyKey, cancellationToken);

    /// <summary>Switches a site on; one whose provisioning failed is provisioned again.</summary>
    public Task<Accepted> StartAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        ActAsync(slug, "start", idempotencyKey, cancellationToken);

    /// <summary>Switches a site off.</summary>
    public Task<Accepted> StopAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        ActAsync(slug, "stop", idempotencyKey, cancellationToken);

    /// <summary>Replaces a site's containers.</summary>
    public Task<Accepted> RestartAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        ActAsync(slug, "restart", idempotencyKey, cancellationToken);

    /// <summary>Removes every container of a running site and sees what comes back; the result is the first of its drills.</summary>
    public Task<Accepted> DrillAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        ActAsync(slug, "disposability-drill", idempotencyKey, cancellationToken);

    /// <summary>Its disposability drills, the newest first.</summary>
    public Task<Page<DisposabilityDrill>> ListDrillsAsync(
        string slug,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<DisposabilityDrill>>(
            $"{At(slug)}/disposability-drills" + Query(("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    /// <summary>Its scheduled tasks, with their last and next runs.</summary>
    public Task<Page<CronEntry>> ListCronAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<CronEntry>>($"{At(slug)}/cron", cancellationToken);

    /// <summary>Runs a scheduled task as soon as nothing else is being done to the site.</summary>
    public Task<Accepted> RunCronAsync(
        string slug,
        string name,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => ActAsync(slug, $"cron/{Segment(name)}/run", idempotencyKey, cancellationToken);

    /// <summary>Opens a way into a site's own administration; the link is good once the operation has succeeded.</summary>
    public Task<AcceptedLoginLink> MakeLoginLinkAsync(
        string slug,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<AcceptedLoginLink>(HttpMethod.Post, $"{At(slug)}/login-link", null, idempotencyKey, cancellationToken);

    /// <summary>Takes a site out of the trash.</summary>
    public Task<Accepted> UntrashAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        ActAsync(slug, "untrash", idempotencyKey, cancellationToken);

    /// <summary>Deletes a site in the trash for good, with its volumes.</summary>
    public Task<Accepted> PurgeAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        ActAsync(slug, "purge", idempotencyKey, cancellationToken);

    /// <summary>Keeps the panel from mending a site by itself while somebody works on it; said again, it takes the place of what was said before.</summary>
    public Task<Site> BeginHandsOffAsync(string slug, HandsOffRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Site>(HttpMethod.Put, $"{At(slug)}/hands-off", Json(request), null, cancellationToken);

    /// <summary>Lets the panel mend it again.</summary>
    public Task<Site> EndHandsOffAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Site>(HttpMethod.Delete, $"{At(slug)}/hands-off", null, null, cancellationToken);

    /// <summary>Its services, the front one first.</summary>
    public Task<Page<SiteService>> ListServicesAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<SiteService>>($"{At(slug)}/services", cancellationToken);

    /// <summary>Its volumes: those that it mounts, and those beside them.</summary>
    public Task<Page<Volume>> ListVolumesAsync(string slug, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Volume>>($"{At(slug)}/volumes", cancellationToken);

    /// <summary>Measures its volumes as soon as it can be done.</summary>
    public Task<Accepted> MeasureVolumesAsync(string slug, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        ActAsync(slug, "volumes/measure", idempotencyKey, cancellationToken);

    /// <summary>The last lines that a service wrote.</summary>
    /// <param name="slug">The site.</param>
    /// <param name="service">The service; null for the front one.</param>
    /// <param name="tail">How many lines, 1 to 1000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Page<LogLine>> ListLogsAsync(
        string slug,
        string? service = null,
        int? tail = null,
        CancellationToken cancellationToken = default
    ) => _transport.GetAsync<Page<LogLine>>($"{At(slug)}/logs" + Query(("service", service), ("tail", tail)), cancellationToken);

    /// <summary>The last lines that a service wrote, and then those that it writes, until cancelled.</summary>
    public IAsyncEnumerable<LogLine> FollowLogsAsync(
        string slug,
        string? service = null,
        int? tail = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.StreamAsync<LogLine>(
            $"{At(slug)}/logs" + Query(("service", service), ("tail", tail), ("follow", true)),
            cancellationToken
        );

    /// <summary>What visitors asked of a site.</summary>
    /// <param name="slug">The site.</param>
    /// <param name="span">How far back: hour, day, week or quarter; a day when it is null.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task<Visits> GetVisitsAsync(string slug, string? span = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Visits>($"{At(slug)}/visits" + Query(("span", span)), cancellationToken);

    private static string At(string slug) => $"sites/{Segment(slug)}";

    private Task<Accepted> ActAsync(string slug, string action, string? idempotencyKey, CancellationToken cancellationToken) =>
        _transport.SendAsync<Accepted>(HttpMethod.Post, $"{At(slug)}/{action}", null, idempotencyKey, cancellationToken);
}
