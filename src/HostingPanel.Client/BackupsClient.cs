using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/sites/…/backups</c> and <c>/backup-targets</c>.</summary>
public sealed class BackupsClient
{
    private readonly ApiTransport _transport;

    internal BackupsClient(ApiTransport transport) => _transport = transport;

    /// <summary>The restore points of a site, the newest first; those of a purged site by the slug it had.</summary>
    public Task<Page<RestorePoint>> ListAsync(
        string site,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) => _transport.GetAsync<Page<RestorePoint>>(At(site) + Query(("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>One restore point.</summary>
    public Task<RestorePoint> GetAsync(string site, Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<RestorePoint>($"{At(site)}/{id}", cancellationToken);

    /// <summary>Takes a restore point now; it has the operation's id.</summary>
    public Task<Accepted> TakeAsync(
        string site,
        TakeBackupRequest? request = null,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Post,
            At(site),
            request is null ? null : Json(request),
            idempotencyKey,
            cancellationToken
        );

    /// <summary>What a restore point says of itself.</summary>
    public Task<RestorePointManifest> GetManifestAsync(string site, Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<RestorePointManifest>($"{At(site)}/{id}/manifest", cancellationToken);

    /// <summary>Restores a restore point.</summary>
    public Task<Accepted> RestoreAsync(
        string site,
        Guid id,
        RestoreRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Post, $"{At(site)}/{id}/restore", Json(request), idempotencyKey, cancellationToken);

    /// <summary>What restoring in place would do, and why it would be refused, if it would.</summary>
    public Task<RestorePlan> PlanRestoreAsync(
        string site,
        Guid id,
        string? target = null,
        bool? withoutSafetyPoint = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<RestorePlan>(
            $"{At(site)}/{id}/restore-plan"
                + Query(("mode", "in-place"), ("target", target), ("withoutSafetyPoint", withoutSafetyPoint is true ? "true" : null)),
            cancellationToken
        );

    /// <summary>Gives a site back what it had before this restore point was restored in place.</summary>
    public Task<Accepted> UndoRestoreAsync(
        string site,
        Guid id,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Post, $"{At(site)}/{id}/undo-restore", null, idempotencyKey, cancellationToken);

    /// <summary>The restores in place of a site, the newest first.</summary>
    public Task<Page<InPlaceRestore>> ListRestoresAsync(
        string site,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<InPlaceRestore>>(
            $"sites/{Segment(site)}/restores" + Query(("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    /// <summary>One directory of a volume, as it was; the first time, the operation that makes the list.</summary>
    public Task<BackupDirectory> ListFilesAsync(
        string site,
        Guid id,
        string volume,
        string? path = null,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<BackupDirectory>(
            $"{At(site)}/{id}/files" + Query(("volume", volume), ("path", path), ("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    /// <summary>The databases of a restore point with the rows of their tables.</summary>
    public Task<Page<BackupDatabase>> ListTablesAsync(string site, Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<BackupDatabase>>($"{At(site)}/{id}/tables", cancellationToken);

    /// <summary>Makes a download of a part of a restore point, or of all of it; it has the operation's id.</summary>
    public Task<Accepted> FetchAsync(
        string site,
        Guid id,
        FetchRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Post, $"{At(site)}/{id}/fetch", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Puts files or tables back into the site, beside what is there.</summary>
    public Task<Accepted> PutBackAsync(
        string site,
        Guid id,
        FetchRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Post, $"{At(site)}/{id}/put-back", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Where a site's restore points lie, as restic finds them.</summary>
    public Task<Page<BackupRepository>> ListRepositoriesAsync(string site, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<BackupRepository>>($"{At(site)}/repositories", cancellationToken);

    /// <summary>Takes the key of a repository out; it waits as a download of the operation's id, to be taken once.</summary>
    public Task<Accepted> ExportKeyAsync(
        string site,
        Guid repository,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Post,
            $"{At(site)}/repositories/{repository}/export-key",
            null,
            idempotencyKey,
            cancellationToken
        );

    /// <summary>The places where restore points are kept, by name.</summary>
    public Task<Page<BackupTarget>> ListTargetsAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<BackupTarget>>("backup-targets", cancellationToken);

    /// <summary>Adds a place where restore points are kept.</summary>
    public Task<BackupTarget> AddTargetAsync(
        NewBackupTargetRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<BackupTarget>(HttpMethod.Post, "backup-targets", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Keeps the next restore points there, too: takes in a draft, or a target that was retired.</summary>
    public Task<BackupTarget> UseTargetAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<BackupTarget>(HttpMethod.Post, $"backup-targets/{id}/use", null, idempotencyKey, cancellationToken);

    /// <summary>Keeps nothing new there; what lies there can be restored further on.</summary>
    public Task RetireTargetAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"backup-targets/{id}", cancellationToken);

    /// <summary>Keeps something small there and reads it back.</summary>
    public Task<Accepted> TestTargetAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(HttpMethod.Post, $"backup-targets/{id}/test", null, idempotencyKey, cancellationToken);

    /// <summary>Repositories that were set aside because they are damaged.</summary>
    public Task<Page<SetAsideRepository>> ListSetAsideAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<SetAsideRepository>>("backup-targets/set-aside", cancellationToken);

    /// <summary>Removes one of them for good. <paramref name="confirm"/> is the name of its site.</summary>
    public Task<Accepted> RemoveSetAsideAsync(
        Guid id,
        string confirm,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Delete,
            $"backup-targets/set-aside/{id}{Query(("confirm", confirm))}",
            null,
            idempotencyKey,
            cancellationToken
        );

    /// <summary>Deletes a restore point for good, at every target. <paramref name="confirm"/> is the site's name once more.</summary>
    public Task<Accepted> DeleteAsync(
        string site,
        Guid id,
        string confirm,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Delete,
            $"{At(site)}/{id}{Query(("confirm", confirm))}",
            null,
            idempotencyKey,
            cancellationToken
        );

    /// <summary>Checks what is kept of a site.</summary>
    public Task<Accepted> CheckAsync(
        string site,
        CheckRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Post, $"{At(site)}/check", Json(request), idempotencyKey, cancellationToken);

    /// <summary>How the restore points of all sites are, the worst first.</summary>
    public Task<BackupOverview> GetOverviewAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<BackupOverview>("backups", cancellationToken);

    /// <summary>How the restore points of a site are.</summary>
    public Task<BackupHealth> GetHealthAsync(string site, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<BackupHealth>($"sites/{Segment(site)}/backup-health", cancellationToken);

    private static string At(string site) => $"sites/{Segment(site)}/backups";
}
