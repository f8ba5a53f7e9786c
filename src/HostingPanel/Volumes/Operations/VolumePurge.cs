using System.Linq.Expressions;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Volumes.Operations;

/// <summary>
/// Deletes volumes for good, as a part of an operation that may break off. That it has begun is written down first: a volume that the engine
/// has deleted by half may still be there, so from then on there is no way back but forward.
/// </summary>
internal sealed class VolumePurge(ISwarm swarm, IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>Deletes it, if it is there.</summary>
    public async Task DeleteAsync(Volume volume, CancellationToken cancellationToken)
    {
        var isFirst = await BeginAsync(volume.Id, cancellationToken);
        try
        {
            await swarm.RemoveAsync(volume, cancellationToken);
        }
        catch (PlatformException refused) when (isFirst && refused.Code == "volume-not-ours")
        {
            // Refused before anything was touched.
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context
                .Volumes.Where(row => row.Id == volume.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PurgeBegunAt, (DateTimeOffset?)null), cancellationToken);
            throw;
        }
    }

    /// <summary>What people must know of a purge that failed; null when all of these volumes are forgotten already.</summary>
    public async Task<string?> TellLeftAsync(Expression<Func<Volume, bool>> which, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var begun = await context.Volumes.Where(which).Select(row => row.PurgeBegunAt != null).ToListAsync(cancellationToken);
        return begun.Count == 0 ? null
            : begun.Contains(true) ? "Part of it may be deleted. Purge it again."
            : "Nothing was deleted.";
    }

    /// <summary>True when this is the first time that its deletion begins.</summary>
    private async Task<bool> BeginAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
                .Volumes.Where(row => row.Id == id && row.PurgeBegunAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PurgeBegunAt, now), cancellationToken) > 0;
    }
}
