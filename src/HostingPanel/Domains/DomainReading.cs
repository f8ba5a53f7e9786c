using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Domains;

/// <summary>Reads the names of sites as those who look at them see them.</summary>
internal sealed class DomainReading(IDbContextFactory<PanelDbContext> contexts, IOptions<PanelOptions> options)
{
    private readonly DomainRules _rules = new(options.Value);

    public async Task<Outcome<SiteDomainsView>> ListAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return (await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var site, out var problem)
            ? await LoadAsync(context, actor, site.Id, cancellationToken)
            : problem;
    }

    /// <summary>The names after a change, with the operation of this id, if there is one.</summary>
    public async Task<Outcome<DomainsChanged>> ChangedAsync(Actor actor, string slug, Guid operationId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var operation = await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps)
            .SingleOrDefaultAsync(operation => operation.Id == operationId, cancellationToken);
        return new DomainsChanged(
            await LoadAsync(context, actor, site.Id, cancellationToken),
            operation is null ? null : OperationView.From(operation)
        );
    }

    private async Task<SiteDomainsView> LoadAsync(PanelDbContext context, Actor actor, Guid siteId, CancellationToken cancellationToken)
    {
        var site = await context
            .Sites.AsNoTracking()
            .Include(site => site.Domains)
            .SingleAsync(site => site.Id == siteId, cancellationToken);
        var plan = HostPlan.Of(site, _rules).ToDictionary(host => host.Name, host => host.RedirectTo, StringComparer.Ordinal);
        // Who may only look has nothing to set at a registrar.
        var manages = AccessPolicy.ReachOf(actor, Permission.ManageDomains).Covers(site.OrganisationId, site.Id);
        return new SiteDomainsView(
            site.ServesAliases,
            options.Value.PublicAddressList,
            [
                .. site
                    .Domains.OrderByDescending(domain => domain.IsPrimary)
                    .ThenBy(domain => HostName.BaseOf(domain.Host), StringComparer.Ordinal)
                    .ThenBy(domain => domain.Host, StringComparer.Ordinal)
                    .Select(domain => ViewOf(domain, site.Slug, plan.GetValueOrDefault(domain.Host), manages)),
            ]
        );
    }

    private DomainView ViewOf(Domain domain, string slug, string? redirectsTo, bool manages)
    {
        var isGiven = _rules.IsGiven(domain.Host, slug);
        return new DomainView(
            domain.Host,
            HostName.ToUnicode(domain.Host),
            domain.IsPrimary,
            isGiven,
            isGiven ? DomainProof.Given : domain.Proof,
            domain.IsServed,
            redirectsTo,
            domain.CreatedAt,
            domain.VerifiedAt,
            domain.CheckedAt,
            isGiven ? null : domain.NextCheckAt,
            domain.Proof == DomainProof.Pending ? domain.CreatedAt + Domain.Patience : null,
            domain.Found,
            domain.StraysSince,
            manages && domain.Challenge is { } challenge
                ? new DomainChallenge(HostName.ChallengePrefix + HostName.BaseOf(domain.Host), challenge)
                : null
        )
        {
            IsOwn = domain.Host == _rules.OwnName(slug),
        };
    }
}
