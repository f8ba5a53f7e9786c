using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Disposability;

/// <summary>Shows disposability drills. One is asked for as every other action on a site is: <see cref="SiteAction.Drill"/>.</summary>
public sealed class DisposabilityService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;

    internal DisposabilityService(IDbContextFactory<PanelDbContext> contexts) => _contexts = contexts;

    /// <summary>The drills of a site, the newest first. One that was not begun yet is none; see its operation.</summary>
    public async Task<Outcome<Page<DrillView>>> ListAsync(Actor actor, string slug, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        if (page.Validate() is { } fault)
        {
            return fault;
        }

        var query = context.DisposabilityDrills.AsNoTracking().Where(drill => drill.SiteId == site.Id);
        if (page.Cursor is not null)
        {
            // Ids are time-ordered, so an id is a place in the list.
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(drill => drill.Id < before);
        }

        var found = await query.OrderByDescending(drill => drill.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return Page<DrillView>.From([.. found.Select(DrillView.From)], page.Limit, view => view.Id.ToString());
    }
}
