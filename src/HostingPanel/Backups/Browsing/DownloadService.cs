using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Backups.Browsing;

/// <summary>Gives out what was fetched: whoever asks must be permitted each time, whatever they know of it.</summary>
public sealed partial class DownloadService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly DownloadArea _area;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal DownloadService(
        IDbContextFactory<PanelDbContext> contexts,
        DownloadArea area,
        TimeProvider time,
        ILogger<DownloadService> logger
    ) => (_contexts, _area, _time, _logger) = (contexts, area, time, logger);

    /// <summary>The downloads that wait, the newest first; keys only for who asked for them.</summary>
    public async Task<Outcome<IReadOnlyList<DownloadView>>> ListAsync(Actor actor, string? site, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.DownloadBackups) is { } forbidden)
        {
            return forbidden;
        }

        var now = _time.GetUtcNow();
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await Visible(context, actor)
            .AsNoTracking()
            .Where(row => row.ExpiresAt > now && (site == null || row.SiteSlug == site))
            .Where(row => row.Kind != DownloadKind.Key || (row.RequestedById == actor.Id && row.TakenAt == null))
            .OrderByDescending(row => row.Id)
            .Select(row => DownloadView.From(row))
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// A download to be sent. A key goes once, to who asked for it. Refused: <c>download-not-found</c>, <c>download-not-ready</c>,
    /// <c>download-gone</c>.
    /// </summary>
    public async Task<Outcome<DownloadFile>> OpenAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckSeen(actor, Permission.DownloadBackups) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var now = _time.GetStoredNow();
        if (await FaultAsync(context, actor, id, cancellationToken) is { } refused)
        {
            return refused;
        }

        if (await context.BackupDownloads.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } found)
        {
            return await IsComingAsync(context, actor, id, cancellationToken)
                ? VolumeRules.Refused("download-not-ready", "This download is just being made. Wait until its operation has ended.")
                : Problem.NotFound("download", id.ToString());
        }

        if (
            found.Kind == DownloadKind.Key
            && (AccessPolicy.Check(actor, Permission.ExportRepositoryKeys) is not null || found.RequestedById != actor.Id)
        )
        {
            return Problem.NotFound("download", id.ToString());
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var taken = await context
            .BackupDownloads.Where(row => row.Id == id && row.ExpiresAt > now && (row.Kind != DownloadKind.Key || row.TakenAt == null))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.TakenAt, row => row.TakenAt ?? now), cancellationToken);
        if (taken == 0 || !File.Exists(_area.DownloadOf(id)))
        {
            return VolumeRules.Refused(
                "download-gone",
                found.Kind == DownloadKind.Key
                    ? "This key was taken already, or has waited too long. Export it again."
                    : "This download has waited too long and was deleted. Fetch it again."
            );
        }

        AuditTrail.Add(context, actor, AuditActs.DownloadTake, AuditTargetOf(found));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogTaken(actor.Name, found.FileName, found.SiteSlug, id);
        return new DownloadFile(DownloadView.From(found), _area.DownloadOf(id));
    }

    /// <summary>Lets a download go before its time. Refused: <c>download-not-found</c>.</summary>
    public async Task<Outcome<Done>> DeleteAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckSeen(actor, Permission.DownloadBackups) is { } forbidden)
        {
            return forbidden;
        }

        var now = _time.GetStoredNow();
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await FaultAsync(context, actor, id, cancellationToken) is { } refused)
        {
            return refused;
        }

        var found = await context.BackupDownloads.SingleOrDefaultAsync(
            row => row.Id == id && (row.Kind != DownloadKind.Key || row.RequestedById == actor.Id),
            cancellationToken
        );
        if (found is null)
        {
            return Problem.NotFound("download", id.ToString());
        }

        found.ExpiresAt = now;
        AuditTrail.Add(context, actor, AuditActs.DownloadDelete, AuditTargetOf(found));
        await context.SaveChangesAsync(cancellationToken);
        return default(Done);
    }

    private static AuditTarget AuditTargetOf(BackupDownload download) =>
        new("download", download.Id, download.FileName) { SiteId = download.SiteId };

    /// <summary>A download goes to who may download of the site that it is of; the operation that made it says whose that was.</summary>
    private static IQueryable<BackupDownload> Visible(PanelDbContext context, Actor actor)
    {
        var reach = AccessPolicy.ReachOf(actor, Permission.DownloadBackups);
        return reach.IsEverywhere
            ? context.BackupDownloads
            : context.BackupDownloads.Where(row =>
                reach.Sites.Contains(row.SiteId)
                || context.Sites.Any(site => site.Id == row.SiteId && reach.Organisations.Contains(site.OrganisationId))
                || context.RestorePoints.Any(point => point.Id == row.RestorePointId && reach.Organisations.Contains(point.OrganisationId))
            );
    }

    /// <summary>Why the actor may not have it; null when they may, and where there is none.</summary>
    private static async Task<Problem?> FaultAsync(PanelDbContext context, Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var found = await (
            from row in context.BackupDownloads
            where row.Id == id
            select new
            {
                row.SiteId,
                OrganisationId = context
                    .Sites.Where(site => site.Id == row.SiteId)
                    .Select(site => (Guid?)site.OrganisationId)
                    .FirstOrDefault()
                    ?? context
                        .RestorePoints.Where(point => point.Id == row.RestorePointId)
                        .Select(point => (Guid?)point.OrganisationId)
                        .FirstOrDefault(),
            }
        ).SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? null
            : AccessPolicy.Check(
                actor,
                Permission.DownloadBackups,
                new AccessScope(found.OrganisationId, found.SiteId, "download", id.ToString())
            );
    }

    private static Task<bool> IsComingAsync(PanelDbContext context, Actor actor, Guid id, CancellationToken cancellationToken) =>
        context
            .Operations.VisibleTo(actor, Permission.DownloadBackups)
            .AnyAsync(
                operation =>
                    operation.Id == id
                    && (operation.Kind == OperationKinds.FetchBackup || operation.Kind == OperationKinds.ExportRepositoryKey)
                    && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
                cancellationToken
            );

    [LoggerMessage(70, LogLevel.Warning, "{Who} takes {FileName} of {Site} (download {Id})")]
    private partial void LogTaken(string who, string fileName, string site, Guid id);
}
