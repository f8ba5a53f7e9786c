using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites;

/// <summary>Which sites a query is about.</summary>
internal static class SiteQueries
{
    /// <summary>The filter that leaves out the scratch sites of drills, everywhere but where they are asked for.</summary>
    public const string Drills = "drills";

    /// <summary>The scratch sites of drills, too: for whoever works on one, and for who must know everything that is in the engine.</summary>
    public static IQueryable<Site> WithDrills(this IQueryable<Site> sites) => sites.IgnoreQueryFilters([Drills]);
}
