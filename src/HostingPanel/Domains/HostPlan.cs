using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Domains;

/// <summary>What the gateway does with each name of a site. Pure.</summary>
internal static class HostPlan
{
    /// <summary>The names that are served, in order.</summary>
    public static IReadOnlyList<RouteHost> Of(Site site, DomainRules rules)
    {
        var served = site.Domains.Where(domain => domain.IsServed).OrderBy(domain => domain.Host, StringComparer.Ordinal).ToList();
        return [.. served.Select(domain => new RouteHost(domain.Host, TargetOf(domain, site, served, rules)))];
    }

    /// <summary>Where the visitors of a name are sent; null for a name that the site itself answers to.</summary>
    private static string? TargetOf(Domain domain, Site site, List<Domain> served, DomainRules rules)
    {
        // Whoever has a wildcard wants the site to tell its names apart.
        if (domain.IsPrimary || HostName.IsWildcard(domain.Host))
        {
            return null;
        }

        var primary = served.Find(other => other.IsPrimary);
        // A name that may not lead here yet must take nobody away: before its zone is changed, a site is looked at under the panel's name.
        if (!site.ServesAliases && primary is not null && (primary.Proof != DomainProof.Accepted || rules.IsGiven(primary.Host, site.Slug)))
        {
            return primary.Host;
        }

        // Of a pair with and without “www.” one leads to the other: to the primary one, if it is that.
        return primary?.RedirectTo == domain.Host
            ? primary.Host
            : served.Find(other => other.Host == domain.RedirectTo && (other.IsPrimary || other.RedirectTo is null))?.Host;
    }
}
