using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Drills;

/// <summary>
/// Removes everything of a scratch site from the engine, whatever point its drill came to: by its rows alone, for what the restore point or
/// the blueprint say by then may be another thing or nothing.
/// </summary>
internal sealed class ScratchSites(
    IDbContextFactory<PanelDbContext> contexts,
    RepositoryAccess access,
    ISwarm swarm,
    IOptions<PanelOptions> options
)
{
    private readonly SiteNames _names = new(options.Value);
    private readonly BackupNames _backups = new(options.Value);

    /// <summary>False when its rows have gone: it was removed before.</summary>
    public async Task<bool> IsThereAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sites.WithDrills().AnyAsync(site => site.Id == siteId, cancellationToken);
    }

    /// <summary>Removes it. What can't be removed keeps nothing else; the first such failure is thrown at the end.</summary>
    public async Task RemoveAsync(Operation operation, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context
            .Sites.WithDrills()
            .AsNoTracking()
            .AsSplitQuery()
            .Include(row => row.Services)
            .Include(row => row.Secrets)
            .Include(row => row.Volumes)
            .SingleOrDefaultAsync(row => row.Id == operation.SiteId, cancellationToken);
        if (site is null)
        {
            return;
        }

        if (site.Environment != SiteEnvironment.Drill)
        {
            throw new InvalidOperationException($"{site.Slug} is no scratch site.");
        }

        await swarm.RemoveJobsAsync(operation.Id, cancellationToken);
        PlatformException? first = null;
        // Side by side: most of it is waiting until each has stopped.
        await Task.WhenAll(
            site.Services.Select(service => Try(() => swarm.RemoveServiceAsync(_names.Service(site.Slug, service.Name), cancellationToken)))
        );
        await Try(() => swarm.RemoveVolumeAsync(_backups.ScratchVolume(site.ShortId, operation.Id), operation.Id, cancellationToken));
        foreach (var volume in site.Volumes)
        {
            await Try(() => swarm.RemoveVolumeAsync(volume.EngineName, volume.Id, cancellationToken));
        }

        await Try(() => access.CloseAsync(site.ShortId, operation.Id, repositories: 1, cancellationToken));
        foreach (var secret in site.Secrets)
        {
            for (var version = 1; version <= secret.Version; version++)
            {
                var name = _names.Secret(site.ShortId, secret.Name, version);
                await Try(() => swarm.RemoveSecretAsync(name, cancellationToken));
            }
        }

        await Try(() => swarm.RemoveNetworkAsync(_names.Network(site.Slug), cancellationToken));
        if (first is not null)
        {
            throw first;
        }

        async Task Try(Func<Task> remove)
        {
            try
            {
                await remove();
            }
            catch (PlatformException failure)
            {
                first ??= failure;
            }
        }
    }
}
