using HostingPanel.Access;
using HostingPanel.Backups.Browsing;
using HostingPanel.Backups.Operations;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>How a restore point is to be restored.</summary>
/// <param name="Slug">The slug of the new site.</param>
/// <param name="Target">The name of the target to restore from; null for the nearest that has a whole copy.</param>
public sealed record RestoreAsNewSite(string? Slug, string? Target = null);

/// <summary>The use case of restoring.</summary>
public sealed class RestoreService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupService _backups;
    private readonly SiteManager _sites;
    private readonly SiteCreation _creation;
    private readonly BlueprintCatalogue _blueprints;

    internal RestoreService(
        IDbContextFactory<PanelDbContext> contexts,
        BackupService backups,
        SiteManager sites,
        SiteCreation creation,
        BlueprintCatalogue blueprints
    ) => (_contexts, _backups, _sites, _creation, _blueprints) = (contexts, backups, sites, creation, blueprints);

    /// <summary>
    /// Makes a new site of the same organisation out of a good restore point; the old one, if it is still there, is not touched. Refused:
    /// <c>restore-point-not-good</c>, <c>copy-not-found</c>, <c>organisation-gone</c>, and as a new site is (<c>slug-taken</c>,
    /// <c>plan-exhausted</c>, …).
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site that it was taken of.</param>
    /// <param name="id">The restore point.</param>
    /// <param name="command">How.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<AcceptedSite>> RestoreAsNewAsync(
        Actor actor,
        string slug,
        Guid id,
        RestoreAsNewSite command,
        string? idempotencyKey,
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

        // Another site of the organisation is more than who is there for one site may make.
        if (!AccessPolicy.ReachOf(actor, Permission.RestoreBackups).Covers(point.OrganisationId, siteId: null))
        {
            return AccessPolicy.NotPermitted(actor, Permission.RestoreBackups, target: null);
        }

        if (RestoreRules.PointFault(point) is { } refused)
        {
            return refused;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await RestoreRules.CopyAsync(context, point, command.Target, cancellationToken)).TryGet(out var repository, out problem))
        {
            return problem;
        }

        var organisation = await context
            .Organisations.Where(row => row.Id == point.OrganisationId)
            .Select(row => row.Slug)
            .SingleOrDefaultAsync(cancellationToken);
        if (organisation is null)
        {
            return VolumeRules.Refused(
                "organisation-gone",
                "The organisation whose site this was does not exist any more. Make it again first."
            );
        }

        var manifest = BackupJson.Read<Manifest>(point.Manifest!);
        var made = await _creation.CreateAsync(
            actor,
            new CreateSite(command.Slug, organisation, manifest.Site.Blueprint, manifest.Site.Title, manifest.Site.AdminEmail),
            idempotencyKey,
            cancellationToken,
            RestoreOrigin.Of(
                manifest,
                _blueprints.Get(manifest.Site.Blueprint),
                OperationKinds.RestoreAsNew,
                new RestoreArguments(point.Id, repository)
            ) with
            {
                DiskBytes = point.DatabaseBytes + point.FileBytes,
                StandsBeside = await context.Sites.AnyAsync(site => site.Id == point.SiteId, cancellationToken),
            }
        );
        if (!made.TryGet(out var operation, out problem))
        {
            return problem;
        }

        return (await _sites.GetAsync(actor, operation.Target, cancellationToken)).TryGet(out var site, out problem)
            ? new AcceptedSite(site, OperationView.From(operation))
            : problem;
    }
}
