using HostingPanel.Access;
using HostingPanel.Backups.InPlace;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// Brings sites back that the panel knows and this machine has nothing of: each out of its newest good restore point, in its own place, with
/// its own name, domains and settings. Asking again asks for nothing that is under way or done. Only in the worker: it looks into the engine.
/// </summary>
public sealed class SiteRecoveryService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly SiteStore _sites;
    private readonly InPlaceService _inPlace;
    private readonly ISwarm _swarm;

    internal SiteRecoveryService(IDbContextFactory<PanelDbContext> contexts, SiteStore sites, InPlaceService inPlace, ISwarm swarm) =>
        (_contexts, _sites, _inPlace, _swarm) = (contexts, sites, inPlace, swarm);

    /// <summary>
    /// Asks for what is missing. A site that can't be brought back is told with the reason and keeps no other from it. Refused:
    /// <c>site-not-found</c>, <c>forbidden</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slugs">Which sites; null for all that should be there. Those in the trash stay there.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<IReadOnlyList<RecoveredSite>>> BringBackAsync(
        Actor actor,
        IReadOnlyCollection<string>? slugs,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.RestoreBackups) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var sites = await context
            .Sites.AsNoTracking()
            .Where(site => slugs == null ? site.State == SiteState.Running || site.State == SiteState.Stopped : slugs.Contains(site.Slug))
            .OrderBy(site => site.Slug)
            .Select(site => new { site.Id, site.Slug })
            .ToListAsync(cancellationToken);
        if (slugs?.FirstOrDefault(slug => sites.All(site => site.Slug != slug)) is { } unknown)
        {
            return Problem.NotFound("site", unknown);
        }

        var told = new List<RecoveredSite>();
        foreach (var site in sites)
        {
            told.Add(await BringBackAsync(actor, context, site.Id, site.Slug, cancellationToken));
        }

        return told;
    }

    private async Task<RecoveredSite> BringBackAsync(
        Actor actor,
        PanelDbContext context,
        Guid id,
        string slug,
        CancellationToken cancellationToken
    )
    {
        var running = await context
            .Operations.AsNoTracking()
            .Where(operation => operation.SiteId == id && operation.Kind == OperationKinds.RestoreInPlace)
            .Where(operation => operation.State == OperationState.Queued || operation.State == OperationState.Running)
            .Select(operation => (Guid?)operation.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (running is not null)
        {
            return new RecoveredSite(slug, running, null, null, null);
        }

        if (await IsHereAsync(id, cancellationToken))
        {
            return new RecoveredSite(slug, null, null, null, null);
        }

        var point = await context
            .RestorePoints.AsNoTracking()
            .Where(point => point.SiteId == id && point.State == RestorePointState.Good)
            .OrderByDescending(point => point.Id)
            .Select(point => new { point.Id, point.TakenAt })
            .FirstOrDefaultAsync(cancellationToken);
        if (point is null)
        {
            return new RecoveredSite(slug, null, null, null, "It has no restore point that is left.");
        }

        // There is nothing here that a safety restore point could be taken of.
        var asked = await _inPlace.RestoreAsync(
            actor,
            slug,
            point.Id,
            new RestoreSiteInPlace(WithoutSafetyPoint: true),
            idempotencyKey: null,
            cancellationToken
        );
        return asked.TryGet(out var operation, out var problem)
            ? new RecoveredSite(slug, operation.Id, point.Id, point.TakenAt, null)
            : new RecoveredSite(slug, null, point.Id, point.TakenAt, problem.Message);
    }

    /// <summary>Whether all its volumes are on this machine; then the reconciler sees to the rest.</summary>
    private async Task<bool> IsHereAsync(Guid id, CancellationToken cancellationToken)
    {
        var site = await _sites.LoadAsync(id, operationId: null, cancellationToken);
        try
        {
            await _swarm.RequireVolumesAsync([.. site.Volumes], cancellationToken);
            return true;
        }
        catch (PlatformException failure) when (failure.Code == "volume-missing")
        {
            return false;
        }
    }
}

/// <summary>A site that is to come back.</summary>
/// <param name="Slug">The site.</param>
/// <param name="OperationId">What brings it back; null where nothing does.</param>
/// <param name="RestorePointId">Out of which restore point; null where it was asked for before, is here, or there is none.</param>
/// <param name="TakenAt">The moment that this one is of.</param>
/// <param name="Fault">Why it can't be brought back; null when it can, or is here already.</param>
public sealed record RecoveredSite(string Slug, Guid? OperationId, Guid? RestorePointId, DateTimeOffset? TakenAt, string? Fault)
{
    /// <summary>True for one whose volumes are all here: nothing has to be done.</summary>
    public bool IsHere => OperationId is null && Fault is null;
}
