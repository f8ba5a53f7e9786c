using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Drills;

/// <summary>The use cases of drills: restore points booted as sealed scratch sites and checked.</summary>
public sealed class DrillService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupService _backups;
    private readonly DrillQueue _queue;
    private readonly OperationQueue _operations;
    private readonly PanelOptions _options;
    private readonly TimeProvider _time;

    internal DrillService(
        IDbContextFactory<PanelDbContext> contexts,
        BackupService backups,
        DrillQueue queue,
        OperationQueue operations,
        PanelOptions options,
        TimeProvider time
    ) => (_contexts, _backups, _queue, _operations, _options, _time) = (contexts, backups, queue, operations, options, time);

    /// <summary>
    /// Has a good restore point drilled; the drill has the operation's id. The site itself is not touched. Refused:
    /// <c>restore-point-not-good</c>, <c>drill-running</c>, <c>copy-not-found</c>, <c>organisation-gone</c>, <c>blueprint-missing</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site that it was taken of.</param>
    /// <param name="id">The restore point.</param>
    /// <param name="target">The name of the target to restore from; null for the one whose turn it is.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> DrillAsync(
        Actor actor,
        string slug,
        Guid id,
        string? target,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (!(await _backups.FindAsync(actor, Permission.DrillBackups, slug, id, cancellationToken)).TryGet(out _, out var problem))
        {
            return problem;
        }

        var hash = Idempotency.HashOf("drill-restore-point", new { id, target });
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var known = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
        if (known.Problem is { } reused)
        {
            return reused;
        }

        if (known.Value is { } same)
        {
            return OperationView.From(same);
        }

        if (await DrillQueue.LockAsync(context, id, cancellationToken) is not { } point)
        {
            return Problem.NotFound("restore-point", id.ToString());
        }

        if (
            !(await _queue.AddAsync(context, actor, point, RestoreDrillReason.Manual, target, cancellationToken)).TryGet(
                out var operation,
                out problem
            )
        )
        {
            return problem;
        }

        _operations.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }

    /// <summary>The drills of a site's restore points, the newest first; those of a site that was purged go by the slug it had.</summary>
    /// <param name="actor">Who wants to see them.</param>
    /// <param name="slug">The site.</param>
    /// <param name="restorePoint">Only those of this restore point; null for all.</param>
    /// <param name="page">Which part of the list.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<Page<RestoreDrillView>>> ListAsync(
        Actor actor,
        string slug,
        Guid? restorePoint,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await OfSiteAsync(context, actor, slug, cancellationToken)).TryGet(out var query, out var problem))
        {
            return problem;
        }

        if (page.Validate() is { } fault)
        {
            return fault;
        }

        if (restorePoint is not null)
        {
            query = query.Where(drill => drill.RestorePointId == restorePoint);
        }

        if (page.Cursor is not null)
        {
            // Ids are time-ordered, so an id is a place in the list.
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(drill => drill.Id < before);
        }

        var found = await RestoreDrillView.ListAsync(query.OrderByDescending(drill => drill.Id).Take(page.Limit + 1), cancellationToken);
        return found.Count == 0 && !await IsKnownAsync(context, actor, slug, cancellationToken)
            ? Problem.NotFound("site", slug)
            : Page<RestoreDrillView>.From([.. found], page.Limit, view => view.Id.ToString());
    }

    /// <summary>A drill with its evidence.</summary>
    public async Task<Outcome<RestoreDrillEvidence>> GetAsync(Actor actor, string slug, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await OfSiteAsync(context, actor, slug, cancellationToken)).TryGet(out var all, out var problem))
        {
            return problem;
        }

        var query = all.Where(drill => drill.Id == id);
        var found = await query.Include(drill => drill.Checks).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return NoDrill(id);
        }

        var picture = await context
            .RestoreDrillPictures.Where(picture => picture.DrillId == id)
            .Select(picture => new DrillPictureView(picture.MediaType, picture.Width, picture.Height, picture.Content.Length))
            .SingleOrDefaultAsync(cancellationToken);
        return new RestoreDrillEvidence(
            (await RestoreDrillView.ListAsync(query, cancellationToken))[0],
            [
                .. found
                    .Checks.OrderBy(check => check.At)
                    .ThenBy(check => check.Name, StringComparer.Ordinal)
                    .Select(RestoreDrillCheckView.From),
            ],
            [
                .. (found.Phases is { } phases ? BackupJson.Read<IReadOnlyList<DrillPhase>>(phases) : []).Select(
                    phase => new DrillPhaseView(phase.Name, phase.Title, TimeSpan.FromSeconds(phase.Seconds))
                ),
            ],
            found.PageStatus,
            found.PageTitle,
            found.Page
        )
        {
            Picture = picture,
            PictureGone = picture is null && found.HadPicture ? PictureGone : null,
        };
    }

    /// <summary>
    /// The picture of a drill's front page: made of a stranger's page, to be shown as a picture and never as anything else. Where there is none:
    /// <c>picture-removed</c> for one that was made and is old, else <c>picture-not-found</c>.
    /// </summary>
    public async Task<Outcome<DrillPictureFile>> GetPictureAsync(Actor actor, string slug, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await OfSiteAsync(context, actor, slug, cancellationToken)).TryGet(out var all, out var problem))
        {
            return problem;
        }

        if (
            await all.Include(drill => drill.Checks.Where(check => check.Name == DrillChecks.FrontPicture))
                .SingleOrDefaultAsync(drill => drill.Id == id, cancellationToken)
            is not { } drill
        )
        {
            return NoDrill(id);
        }

        if (
            await context.RestoreDrillPictures.AsNoTracking().SingleOrDefaultAsync(row => row.DrillId == id, cancellationToken)
            is not { } picture
        )
        {
            return drill.HadPicture
                ? new Problem(ProblemKind.NotFound, "picture-removed", PictureGone)
                : new Problem(
                    ProblemKind.NotFound,
                    "picture-not-found",
                    "There is no picture of this drill; where none could be made, its check “picture” says why."
                );
        }

        var view = new DrillPictureView(picture.MediaType, picture.Width, picture.Height, picture.Content.Length);
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{drill.SiteSlug}-drill-{drill.CreatedAt.UtcDateTime:yyyy-MM-dd}.{(picture.MediaType == PictureFile.Png ? "png" : "webp")}"
        );
        return new DrillPictureFile(view, name, picture.Content);
    }

    /// <summary>What a site could be brought back to, and how fast.</summary>
    public async Task<Outcome<SiteRecovery>> GetRecoveryAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadBackups, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var sites = new Dictionary<Guid, string> { [site.Id] = site.Slug };
        return (await RecoveryReading.ReadAsync(context, sites, _time.GetStoredNow(), cancellationToken))[0];
    }

    /// <summary>The same of all sites, by slug: a fixed number of queries, however many there are.</summary>
    public async Task<Outcome<IReadOnlyList<SiteRecovery>>> ListRecoveryAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ReadBackups) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var sites = await context
            .Sites.VisibleTo(actor, Permission.ReadBackups)
            .ToDictionaryAsync(site => site.Id, site => site.Slug, cancellationToken);
        return (await RecoveryReading.ReadAsync(context, sites, _time.GetStoredNow(), cancellationToken)).ToList();
    }

    private Problem NoDrill(Guid id) =>
        Problem.NotFound("drill", id.ToString()) with
        {
            Message = $"There is no drill “{id}”. Old evidence is removed after {_options.DrillDays} days.",
        };

    private string PictureGone =>
        $"The picture was removed: pictures of drills are kept for {_options.DrillPictureDays} days, and the newest of each site for longer.";

    /// <summary>By the site's identity while there is one of this slug, as its restore points are found.</summary>
    private static async Task<Outcome<IQueryable<RestoreDrill>>> OfSiteAsync(
        PanelDbContext context,
        Actor actor,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckSeen(actor, Permission.ReadBackups) is { } forbidden)
        {
            return forbidden;
        }

        if (await context.Sites.AsNoTracking().SingleOrDefaultAsync(site => site.Slug == slug, cancellationToken) is { } site)
        {
            return AccessPolicy.Check(actor, Permission.ReadBackups, AccessScope.Of(site)) is { } refused
                ? refused
                : new Outcome<IQueryable<RestoreDrill>>(context.RestoreDrills.AsNoTracking().Where(drill => drill.SiteId == site.Id));
        }

        return new Outcome<IQueryable<RestoreDrill>>(
            context
                .RestoreDrills.AsNoTracking()
                .VisibleTo(actor, Permission.ReadBackups)
                .Where(drill => drill.SiteSlug == slug && !context.Sites.Any(site => site.Id == drill.SiteId))
        );
    }

    private static async Task<bool> IsKnownAsync(PanelDbContext context, Actor actor, string slug, CancellationToken cancellationToken) =>
        await context.Sites.AnyAsync(site => site.Slug == slug, cancellationToken)
        || await context
            .RestorePoints.VisibleTo(actor, Permission.ReadBackups)
            .AnyAsync(point => point.SiteSlug == slug, cancellationToken);
}
