using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>Finds what a site's service is called in the engine.</summary>
public interface ISiteServiceNames
{
    /// <summary>The name, or null when the site has no such service.</summary>
    Task<string?> FindAsync(Guid siteId, string service, CancellationToken cancellationToken);
}

/// <inheritdoc />
internal sealed class SiteServiceNames(IDbContextFactory<PanelDbContext> contexts, IOptions<PanelOptions> options) : ISiteServiceNames
{
    private readonly SiteNames _names = new(options.Value);

    public async Task<string?> FindAsync(Guid siteId, string service, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var slug = await context
            .Sites.Where(site => site.Id == siteId && site.Services.Any(known => known.Name == service))
            .Select(site => site.Slug)
            .SingleOrDefaultAsync(cancellationToken);
        return slug is null ? null : _names.Service(slug, service);
    }
}
