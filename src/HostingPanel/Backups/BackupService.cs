using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Backups.Operations;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>The use cases of restore points. Long ones write an operation and return; the worker does them.</summary>
public sealed class BackupService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly VolumeRequests _requests;

    internal BackupService(IDbContextFactory<PanelDbContext> contexts, VolumeRequests requests) =>
        (_contexts, _requests) = (contexts, requests);

    /// <summary>
    /// Takes a restore point of a site, with a copy at every target that is in use. Refused: <c>site-is-…</c>, <c>site-busy</c>,
    /// <c>no-backup-target</c>, <c>plan-exhausted</c>. The restore point has the operation's id.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="gently">True where nobody waits for it: it is taken as the schedule would take it, see <see cref="GentleOptions"/>.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> TakeAsync(
        Actor actor,
        string slug,
        bool gently,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.TakeBackups, slug, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf("take-backup", new { slug, gently }),
            scope => PrepareAsync(scope, gently, cancellationToken),
            cancellationToken
        );
        return queued.TryGet(out var operation, out var problem) ? OperationView.From(operation) : problem;
    }

    /// <summary>The restore points of a site, the newest first; those of a site that was purged go by the slug it had.</summary>
    public async Task<Outcome<Page<RestorePointView>>> ListAsync(
        Actor actor,
        string slug,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await OfSiteAsync(context, actor, Permission.ReadBackups, slug, cancellationToken)).TryGet(out var query, out var problem))
        {
            return problem;
        }

        if (page.Validate() is { } fault)
        {
            return fault;
        }

        if (page.Cursor is not null)
        {
            // Ids are time-ordered, so an id is a place in the list.
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(point => point.Id < before);
        }

        var found = await query
            .Include(point => point.Copies)
            .OrderByDescending(point => point.Id)
            .Take(page.Limit + 1)
            .ToListAsync(cancellationToken);
        if (found.Count == 0 && !await context.Sites.AnyAsync(site => site.Slug == slug, cancellationToken))
        {
            return Problem.NotFound("site", slug);
        }

        return Page<RestorePointView>.From(
            [.. await RestorePointView.FromAsync(context, found, cancellationToken)],
            page.Limit,
            view => view.Id.ToString()
        );
    }

    /// <summary>One restore point of a site.</summary>
    public async Task<Outcome<RestorePointView>> GetAsync(Actor actor, string slug, Guid id, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(actor, slug, id, cancellationToken)).TryGet(out var point, out var problem))
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return (await RestorePointView.FromAsync(context, [point], cancellationToken))[0];
    }

    /// <summary>
    /// The manifest of a restore point as it lies beside its data, with the signature. Refused: <c>manifest-not-written</c> while there is none.
    /// </summary>
    public async Task<Outcome<ManifestView>> GetManifestAsync(Actor actor, string slug, Guid id, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(actor, slug, id, cancellationToken)).TryGet(out var point, out var problem))
        {
            return problem;
        }

        return point is { Manifest: { } manifest, Signature: { } signature }
            ? new ManifestView(manifest, signature)
            : VolumeRules.Refused(
                "manifest-not-written",
                "This restore point has no manifest: it was broken off before, or is just being taken."
            );
    }

    /// <summary>What a restore point has in it; null while it has no manifest.</summary>
    public async Task<Outcome<RestorePointContents?>> GetContentsAsync(
        Actor actor,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    ) =>
        !(await FindAsync(actor, slug, id, cancellationToken)).TryGet(out var point, out var problem) ? problem
        : point is { Manifest: { } manifest, Signature: { } signature }
            ? RestorePointContents.From(BackupJson.Read<Manifest>(manifest), signature)
        : default(RestorePointContents);

    internal Task<Outcome<RestorePoint>> FindAsync(Actor actor, string slug, Guid id, CancellationToken cancellationToken) =>
        FindAsync(actor, Permission.ReadBackups, slug, id, cancellationToken);

    /// <summary>A restore point with which the actor may do this.</summary>
    internal async Task<Outcome<RestorePoint>> FindAsync(
        Actor actor,
        Permission permission,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await OfSiteAsync(context, actor, permission, slug, cancellationToken)).TryGet(out var points, out var problem))
        {
            return problem;
        }

        var found = await points.Include(point => point.Copies).SingleOrDefaultAsync(point => point.Id == id, cancellationToken);
        return found is null ? Problem.NotFound("restore-point", id.ToString()) : found;
    }

    /// <summary>
    /// By the site's identity while there is one of this slug: another site may have had the slug before. Of sites that were purged only what
    /// the actor may see: several organisations may have had the slug.
    /// </summary>
    internal static async Task<Outcome<IQueryable<RestorePoint>>> OfSiteAsync(
        PanelDbContext context,
        Actor actor,
        Permission permission,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckSeen(actor, permission) is { } forbidden)
        {
            return forbidden;
        }

        var site = await context.Sites.AsNoTracking().SingleOrDefaultAsync(site => site.Slug == slug, cancellationToken);
        if (site is not null)
        {
            return AccessPolicy.Check(actor, permission, AccessScope.Of(site)) is { } refused
                ? refused
                : new Outcome<IQueryable<RestorePoint>>(context.RestorePoints.AsNoTracking().Where(point => point.SiteId == site.Id));
        }

        var purged = context
            .RestorePoints.AsNoTracking()
            .Where(point => point.SiteSlug == slug && !context.Sites.Any(site => site.Id == point.SiteId));
        // Who may look at one of them but not do this is told so.
        var seen = await purged.VisibleTo(actor, permission.SeenBy()).FirstOrDefaultAsync(cancellationToken);
        return seen is not null && AccessPolicy.Check(actor, permission, AccessScope.Of(seen)) is { } notPermitted
            ? notPermitted
            : new Outcome<IQueryable<RestorePoint>>(purged.VisibleTo(actor, permission));
    }

    private static async Task<Outcome<OperationRequest>> PrepareAsync(
        VolumeRequests.Scope scope,
        bool gently,
        CancellationToken cancellationToken
    )
    {
        if (BackupRules.SiteFault(scope.Site) is { } fault)
        {
            return fault;
        }

        var one = new PlanUsage(RestorePoints: 1);
        if (
            await PlanUsage.FaultAsync(scope.Context, blueprints: null, scope.Site.OrganisationId, _ => one, cancellationToken) is
            { } exhausted
        )
        {
            return exhausted;
        }

        var targets = await scope
            .Context.BackupTargets.Where(target => target.RetiredAt == null)
            .OrderBy(target => target.CreatedAt)
            .ThenBy(target => target.Id)
            .Select(target => target.Id)
            .ToListAsync(cancellationToken);
        return targets.Count == 0
            ? VolumeRules.Refused("no-backup-target", "There is no place to keep a restore point at. Add a backup target first.")
            : new OperationRequest(
                OperationKinds.TakeBackup,
                scope.Site.Id,
                scope.Site.Slug,
                gently ? OperationPriority.Errand : OperationPriority.Person,
                Arguments: new TakeBackupArguments(RestorePointReason.Manual, targets)
            );
    }
}
