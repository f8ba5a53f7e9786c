using System.Text;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Traffic;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>
/// How a site's visitors are treated, out of the site into a manifest and out of the manifest into a site that is made from it: one behind
/// a password must not come back open to everybody.
/// </summary>
internal sealed class TrafficTaker(IDbContextFactory<PanelDbContext> contexts, ISecretProtector protector, TimeProvider time)
{
    /// <summary>What the site has otherwise than its blueprint says, encrypted, for the hash of a password may be in it; null for nothing.</summary>
    public async Task<byte[]?> TakeAsync(Guid siteId, Guid restorePoint, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var settings = await context
            .TrafficSettings.Where(row => row.SiteId == siteId)
            .Select(row => row.Settings)
            .SingleOrDefaultAsync(cancellationToken);
        return settings is null ? null : protector.Protect(Encoding.UTF8.GetBytes(settings), Context(restorePoint));
    }

    /// <summary>Gives it to a site; one that has settings of its own by now keeps them.</summary>
    public async Task GiveAsync(Guid siteId, Manifest manifest, string by, CancellationToken cancellationToken)
    {
        if (manifest.Traffic is not { } taken)
        {
            return;
        }

        var settings = Encoding.UTF8.GetString(protector.Unprotect(taken, Context(manifest.RestorePoint)));
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.TrafficSettings.AnyAsync(row => row.SiteId == siteId, cancellationToken))
        {
            return;
        }

        context.Add(
            new TrafficSettings
            {
                SiteId = siteId,
                Settings = settings,
                ChangedAt = time.GetStoredNow(),
                ChangedBy = by,
            }
        );
        await context.SaveChangesAsync(cancellationToken);
    }

    private static string Context(Guid restorePoint) => Manifest.SecretContext(restorePoint, "traffic");
}
