using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Backups.InPlace;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>The use cases of restoring a site in place, and of going back.</summary>
public sealed class InPlaceService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupService _backups;
    private readonly VolumeRequests _requests;
    private readonly InPlacePlanner _planner;
    private readonly int _graceDays;

    internal InPlaceService(
        IDbContextFactory<PanelDbContext> contexts,
        BackupService backups,
        VolumeRequests requests,
        InPlacePlanner planner,
        PanelOptions options
    ) => (_contexts, _backups, _requests, _planner, _graceDays) = (contexts, backups, requests, planner, options.TrashGraceDays);

    /// <summary>
    /// What restoring in place would do, with the reason why it would be refused, if it would. Refused: <c>restore-point-not-good</c>,
    /// <c>site-gone</c>.
    /// </summary>
    /// <param name="actor">Who wants to know.</param>
    /// <param name="slug">The site.</param>
    /// <param name="id">The restore point.</param>
    /// <param name="command">How.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<RestorePlan>> PlanAsync(
        Actor actor,
        string slug,
        Guid id,
        RestoreSiteInPlace command,
        CancellationToken cancellationToken
    )
    {
        if (!(await _backups.FindAsync(actor, slug, id, cancellationToken)).TryGet(out var point, out var problem))
        {
            return problem;
        }

        if (RestoreRules.PointFault(point) is { } fault)
        {
            return fault;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var site = await context
            .Sites.AsNoTracking()
            .Include(site => site.Volumes)
            .SingleOrDefaultAsync(site => site.Id == point.SiteId, cancellationToken);
        if (site is null)
        {
            return Gone(slug);
        }

        var busy = await context.Operations.AnyAsync(
            operation =>
                operation.SiteId == site.Id
                && operation.Priority == OperationPriority.Person
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
            cancellationToken
        );
        var refusal =
            AccessPolicy.Check(actor, Permission.RestoreBackups, AccessScope.Of(point))
            ?? await _planner.FaultAsync(context, site, point, command, cancellationToken)
            ?? (busy ? await OperationQueue.SiteBusyAsync(context, site.Id, slug, cancellationToken) : null);
        return await _planner.PlanAsync(context, site, point, command, refusal, cancellationToken);
    }

    /// <summary>
    /// Gives a site the data of one of its good restore points. Refused: <c>restore-point-not-good</c>, <c>copy-not-found</c>,
    /// <c>site-gone</c>, <c>site-is-…</c>, <c>site-busy</c>, <c>no-backup-target</c>, <c>blueprint-changed</c>, <c>no-disk-space</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="id">The restore point.</param>
    /// <param name="command">How.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<OperationView>> RestoreAsync(
        Actor actor,
        string slug,
        Guid id,
        RestoreSiteInPlace command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        QueueAsync(
            actor,
            slug,
            id,
            idempotencyKey,
            Idempotency.HashOf("restore-in-place", new { id, command }),
            (scope, point) => InPlaceRequests.RestoreAsync(_planner, scope, point, command, cancellationToken),
            cancellationToken
        );

    /// <summary>
    /// Gives a site back what it had before a restore point was restored in place. Refused: <c>not-restored-in-place</c>,
    /// <c>restored-again</c>, <c>set-gone</c>, <c>site-gone</c>, <c>site-is-…</c>, <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="id">The restore point that was restored.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<OperationView>> UndoAsync(
        Actor actor,
        string slug,
        Guid id,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        QueueAsync(
            actor,
            slug,
            id,
            idempotencyKey,
            Idempotency.HashOf("undo-restore", id),
            (scope, _) => InPlaceRequests.UndoAsync(scope, id, cancellationToken),
            cancellationToken
        );

    /// <summary>The restores in place of a site, the newest first.</summary>
    public async Task<Outcome<Page<InPlaceRestoreView>>> ListAsync(
        Actor actor,
        string slug,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (
            !(await VolumeRequests.SiteOfAsync(context, actor, Permission.ReadBackups, slug, cancellationToken)).TryGet(
                out var site,
                out var problem
            )
        )
        {
            return problem;
        }

        if (page.Validate() is { } fault)
        {
            return fault;
        }

        var query = context.InPlaceRestores.AsNoTracking().Where(restore => restore.SiteId == site);
        if (page.Cursor is not null)
        {
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(restore => restore.Id < before);
        }

        var views = new List<InPlaceRestoreView>();
        foreach (var restore in await query.OrderByDescending(restore => restore.Id).Take(page.Limit + 1).ToListAsync(cancellationToken))
        {
            views.Add(ViewOf(restore, await RestoreRules.UndoFaultAsync(context, restore, cancellationToken)));
        }

        return Page<InPlaceRestoreView>.From(views, page.Limit, view => view.Id.ToString());
    }

    /// <summary>Queues what is done to the site of a restore point, where the actor may restore it.</summary>
    private async Task<Outcome<OperationView>> QueueAsync(
        Actor actor,
        string slug,
        Guid id,
        string? idempotencyKey,
        byte[] hash,
        Func<VolumeRequests.Scope, RestorePoint, Task<Outcome<OperationRequest>>> prepare,
        CancellationToken cancellationToken
    )
    {
        if (
            !(await _backups.FindAsync(actor, Permission.RestoreBackups, slug, id, cancellationToken)).TryGet(
                out var point,
                out var problem
            )
        )
        {
            return problem;
        }

        var queued = await _requests.QueueAsync(
            actor,
            context => SiteOfAsync(context, point.SiteId, slug, cancellationToken),
            idempotencyKey,
            hash,
            scope => prepare(scope, point),
            cancellationToken
        );
        return queued.TryGet(out var operation, out problem) ? OperationView.From(operation) : problem;
    }

    private InPlaceRestoreView ViewOf(InPlaceRestore restore, Problem? undoRefusal) =>
        new(
            restore.Id,
            restore.RestorePointId,
            restore.RequestedByName,
            restore.StartedAt,
            restore.HasSafetyPoint ? restore.Id : null,
            restore.SwappedAt,
            restore.UndoneAt,
            (restore.UndoneAt ?? restore.SwappedAt)?.AddDays(_graceDays),
            restore.Seconds is { } took ? TimeSpan.FromSeconds(took) : null,
            restore.AwaySeconds is { } away ? TimeSpan.FromSeconds(away) : null,
            restore.Notes,
            undoRefusal
        );

    private static async Task<Outcome<Guid>> SiteOfAsync(
        PanelDbContext context,
        Guid id,
        string slug,
        CancellationToken cancellationToken
    ) => await context.Sites.AnyAsync(site => site.Id == id, cancellationToken) ? id : Gone(slug);

    private static Problem Gone(string slug) =>
        VolumeRules.Refused("site-gone", $"{slug} was purged: there is nothing to restore in. Restore it as a new site.");
}
