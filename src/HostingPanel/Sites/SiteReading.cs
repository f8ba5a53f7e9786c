using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites;

/// <summary>Reads sites as those who look at them see them.</summary>
internal sealed class SiteReading(PanelOptions options, BlueprintCatalogue blueprints, TimeProvider time)
{
    private readonly SiteNames _names = new(options);

    /// <summary>Sites that the actor may see, as they are shown to this one.</summary>
    public async Task<List<SiteView>> LoadAsync(
        PanelDbContext context,
        Actor actor,
        IQueryable<Site> query,
        CancellationToken cancellationToken
    )
    {
        var rows = await query
            .Select(site => new
            {
                Site = site,
                Organisation = site.Organisation!,
                Hosts = site
                    .Domains.Where(domain => domain.IsServed)
                    .OrderByDescending(domain => domain.IsPrimary)
                    .ThenBy(domain => domain.Host)
                    .Select(domain => domain.Host)
                    .ToList(),
                Active = context
                    .Operations.Where(operation =>
                        operation.SiteId == site.Id
                        // What the panel does in the background makes way: it is nothing to wait for.
                        && !OperationKinds.Passive.Contains(operation.Kind)
                        && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
                    )
                    .OrderByDescending(operation => operation.State == OperationState.Running)
                    .ThenByDescending(operation => operation.Priority)
                    .ThenBy(operation => operation.CreatedAt)
                    .Select(operation => new { operation.Id, operation.Kind })
                    .FirstOrDefault(),
                Trouble = context.SiteTroubles.FirstOrDefault(trouble => trouble.SiteId == site.Id && trouble.Code != null),
                // The one that visitors meet first.
                Down = site.State == SiteState.Running
                    ? site
                        .Services.Where(service => service.ReasonCode != null)
                        .OrderByDescending(service => service.IsFront)
                        .ThenBy(service => service.Name)
                        .FirstOrDefault()
                    : null,
            })
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        // Whoever has the link is the site's administrator.
        var logIns = AccessPolicy.ReachOf(actor, Permission.LogInToSites);
        return
        [
            .. rows.Select(row =>
            {
                var site = row.Site;
                var linkWorks = site.AdminLinkExpiresAt > now && logIns.Covers(site.OrganisationId, site.Id);
                return new SiteView(
                    site.Slug,
                    row.Organisation.Slug,
                    row.Organisation.Name,
                    site.Blueprint,
                    site.BlueprintVersion,
                    site.Title,
                    site.AdminEmail,
                    site.Environment,
                    site.State,
                    // One without a name of its own is still to be listed.
                    options.PublicUrl(row.Hosts is [var primary, ..] ? primary : $"{site.Slug}.{options.SitesDomain}"),
                    row.Hosts,
                    site.CreatedAt,
                    site.TrashedAt,
                    linkWorks ? site.AdminLink : null,
                    linkWorks ? site.AdminLinkExpiresAt : null,
                    row.Active is { } active ? new ActiveOperationView(active.Id, active.Kind, OperationKinds.TitleOf(active.Kind)) : null,
                    TroubleOf(row.Trouble, row.Down),
                    site.HandsOffUntil is { } until && until > now
                        ? new HandsOffView(
                            site.HandsOffReason ?? string.Empty,
                            site.HandsOffBy ?? string.Empty,
                            site.HandsOffSince ?? until,
                            until
                        )
                        : null,
                    // In any other state it may be that of a stop long ago.
                    site.State == SiteState.Stopped
                        ? site.StoppedReason
                        : null
                );
            }),
        ];
    }

    public async Task<List<SiteServiceView>> LoadServicesAsync(
        PanelDbContext context,
        Guid siteId,
        string slug,
        CancellationToken cancellationToken
    )
    {
        var services = await context
            .SiteServices.AsNoTracking()
            .Where(service => service.SiteId == siteId)
            .OrderByDescending(service => service.IsFront)
            .ThenBy(service => service.Name)
            .ToListAsync(cancellationToken);
        var site = await context
            .Sites.Where(site => site.Id == siteId)
            .Select(site => new { site.Blueprint, Plan = site.Organisation!.Plan! })
            .AsNoTracking()
            .SingleAsync(cancellationToken);
        var recipes = blueprints.Get(site.Blueprint)?.Services.ToDictionary(recipe => recipe.Name, StringComparer.Ordinal) ?? [];
        var now = time.GetUtcNow();
        return
        [
            .. services.Select(service => new SiteServiceView(
                service.Name,
                _names.Service(slug, service.Name),
                service.Image,
                service.IsFront,
                service.ObservedRunning,
                service.ObservedState,
                service.ObservedMessage,
                service.ObservedNode,
                service.ObservedAt,
                service.ReasonCode is { } code
                    ? new ServiceReasonView(code, service.ReasonMessage ?? code, service.ReasonSince ?? now)
                    : null,
                service.RestsUntil > now ? service.RestsUntil : null,
                recipes.GetValueOrDefault(service.Name) is { } recipe ? LimitsOf(site.Plan.Within(recipe.Limits)) : null,
                service is { ObservedNanoCpus: { } cpus, ObservedMemoryBytes: { } memory, ObservedPids: { } pids }
                    ? new ServiceLimitsView(cpus / 1_000_000_000m, memory, pids)
                    : null
            )),
        ];
    }

    private static ServiceLimitsView LimitsOf(BlueprintLimits limits) => new(limits.Cpus, limits.Memory, limits.Pids);

    /// <summary>What the reconciler could not mend; else what a service waits for that nothing is amiss with but that it does not run.</summary>
    private static SiteTroubleView? TroubleOf(SiteTrouble? trouble, SiteService? down) =>
        trouble is { Code: { } code } ? new SiteTroubleView(code, trouble.Message ?? code, trouble.Since, trouble.NotBefore)
        : down is { ReasonCode: { } reason, ReasonSince: { } since }
            ? new SiteTroubleView(reason, down.ReasonMessage ?? reason, since, NextTryAt: null)
        : null;
}
