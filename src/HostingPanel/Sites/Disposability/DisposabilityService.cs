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
        if ((AccessPolicy.Check(actor, Permission.ReadSites) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var query = context
            .DisposabilityDrills.AsNoTracking()
            .Where(drill => context.Sites.Any(site => site.Id == drill.SiteId && site.Slug == slug));
        if (page.Cursor is not null)
        {
            // Ids are time-ordered, so an id is a place in the list.
            if (!Guid.TryParse(page.Cursor, CultureInfo.InvariantCulture, out var before))
            {
                return Problem.Invalid("cursor", "This cursor was not given out by the list.");
            }

            query = query.Where(drill => drill.Id < before);
        }

        if (!await context.Sites.AnyAsync(site => site.Slug == slug, cancellationToken))
        {
            return Problem.NotFound("site", slug);
        }

        var found = await query.OrderByDescending(drill => drill.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return Page<DrillView>.From([.. found.Select(DrillView.From)], page.Limit, view => view.Id.ToString());
    }
}
