using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Domains;

/// <summary>Which names a site may have: not the panel's, not another site's, and none that would take either's visitors.</summary>
internal sealed class DomainRules(PanelOptions options)
{
    /// <summary>Any number; the same in every process that gives names away.</summary>
    private const long Lock = 0x68702D6E616D6573;
    private readonly SiteNames _names = new(options);
    private readonly string _panel = options.PanelDomain.ToLowerInvariant();
    private readonly string _sites = options.SitesDomain.ToLowerInvariant();

    /// <summary>The name that its slug gives a site.</summary>
    public string OwnName(string slug) => _names.DefaultHost(slug);

    /// <summary>True for what needs no proof: the site's own name below the sites' domain, and what stands below it.</summary>
    public bool IsGiven(string host, string slug) => IsAtOrBelow(HostName.BaseOf(host), OwnName(slug));

    /// <summary>Why no site of this slug can have the name, or null.</summary>
    public string? Fault(string host, string slug)
    {
        var own = OwnName(slug);
        return host == _panel ? $"“{host}” is the panel's own name."
            : HostName.IsWildcard(host) && host == HostName.WildcardOver(_panel) ? $"“{host}” would cover the panel's own name “{_panel}”."
            : IsAtOrBelow(HostName.BaseOf(host), _sites) && !IsGiven(host, slug)
                ? $"Names below “{options.SitesDomain}” are given by slug; this site's is “{own}”."
            : null;
    }

    /// <summary>Keeps others from giving names away until the transaction ends: a wildcard has no place in an index.</summary>
    public static Task LockAsync(PanelDbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);

    /// <summary>
    /// The first of these names that is somebody's, or that another organisation's name covers or is covered by; null when they are free.
    /// Between sites of one organisation a wildcard may cover single names: the more exact one wins.
    /// </summary>
    /// <param name="context">In a transaction that has the lock.</param>
    /// <param name="hosts">In their normal form.</param>
    /// <param name="organisationId">Who wants them.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<string?> FindTakenAsync(
        PanelDbContext context,
        IReadOnlyCollection<string> hosts,
        Guid organisationId,
        CancellationToken cancellationToken
    )
    {
        if (
            await context
                .Domains.Where(domain => hosts.Contains(domain.Host))
                .Select(domain => domain.Host)
                .FirstOrDefaultAsync(cancellationToken) is
            { } taken
        )
        {
            return taken;
        }

        var others =
            from domain in context.Domains
            join site in context.Sites.WithDrills() on domain.SiteId equals site.Id
            where site.OrganisationId != organisationId
            select domain.Host;
        foreach (var host in hosts)
        {
            if (HostName.IsWildcard(host))
            {
                var end = $".{HostName.BaseOf(host)}";
                var below = await others.Where(other => other.EndsWith(end)).ToListAsync(cancellationToken);
                if (below.Any(other => HostName.WildcardOver(other) == host))
                {
                    return host;
                }
            }
            else
            {
                var over = HostName.WildcardOver(host);
                if (await others.AnyAsync(other => other == over, cancellationToken))
                {
                    return host;
                }
            }
        }

        return null;
    }

    private static bool IsAtOrBelow(string host, string name) => host == name || host.EndsWith($".{name}", StringComparison.Ordinal);
}
