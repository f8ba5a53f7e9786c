using HostingPanel.Audit;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Tokens;
using HostingPanel.Volumes;

namespace HostingPanel.Access;

/// <summary>
/// What of a table an actor may see: every list, search and count begins with it, so that nobody's query leaves their organisation,
/// whatever a route or a filter says.
/// </summary>
internal static class Visibility
{
    public static IQueryable<Site> VisibleTo(this IQueryable<Site> sites, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? sites.Where(site => reach.Organisations.Contains(site.OrganisationId) || reach.Sites.Contains(site.Id))
            : sites;

    public static IQueryable<Organisation> VisibleTo(this IQueryable<Organisation> organisations, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? organisations.Where(organisation => reach.Organisations.Contains(organisation.Id))
            : organisations;

    public static IQueryable<Operation> VisibleTo(this IQueryable<Operation> operations, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? operations.Where(operation =>
                reach.Organisations.Contains(operation.OrganisationId!.Value) || reach.Sites.Contains(operation.AboutSiteId!.Value)
            )
            : operations;

    public static IQueryable<VolumeRow> VisibleTo(this IQueryable<VolumeRow> rows, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? rows.Where(row => reach.Organisations.Contains(row.Organisation.Id) || reach.Sites.Contains(row.Site.Id))
            : rows;

    public static IQueryable<RestorePoint> VisibleTo(this IQueryable<RestorePoint> points, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? points.Where(point => reach.Organisations.Contains(point.OrganisationId) || reach.Sites.Contains(point.SiteId))
            : points;

    public static IQueryable<RestoreDrill> VisibleTo(this IQueryable<RestoreDrill> drills, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? drills.Where(drill => reach.Organisations.Contains(drill.OrganisationId) || reach.Sites.Contains(drill.SiteId))
            : drills;

    public static IQueryable<AuditEntry> VisibleTo(this IQueryable<AuditEntry> entries, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? entries.Where(entry => reach.Organisations.Contains(entry.OrganisationId!.Value) || reach.Sites.Contains(entry.SiteId!.Value))
            : entries;

    public static IQueryable<ApiToken> VisibleTo(this IQueryable<ApiToken> tokens, Actor actor, Permission permission) =>
        AccessPolicy.ReachOf(actor, permission) is { IsEverywhere: false } reach
            ? tokens.Where(token => reach.Organisations.Contains(token.OrganisationId!.Value))
            : tokens;
}
