using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites;

/// <summary>Finds a site for somebody who wants to do something there. How nearly every use case begins.</summary>
internal static class PermittedSites
{
    /// <summary>The site of this slug, not tracked, when the actor may do this there; else why not.</summary>
    public static async Task<Outcome<Site>> FindSiteAsync(
        this PanelDbContext context,
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
        return site is null ? Problem.NotFound("site", slug)
            : AccessPolicy.Check(actor, permission, AccessScope.Of(site)) is { } refused ? refused
            : site;
    }
}
