using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Volumes;

/// <summary>What the steps of operations on volumes read and write. Worker side.</summary>
internal sealed class VolumeStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>A site with all of its volumes; null when it has gone.</summary>
    public async Task<Site?> FindSiteAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Sites.AsNoTracking()
            .Include(site => site.Volumes)
            .SingleOrDefaultAsync(site => site.Id == siteId, cancellationToken);
    }

    /// <summary>One volume; null when it has gone.</summary>
    public async Task<Volume?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Volumes.AsNoTracking().SingleOrDefaultAsync(volume => volume.Id == id, cancellationToken);
    }

    /// <summary>Writes down what was counted, as the present size and for the chart.</summary>
    public async Task RecordAsync(IReadOnlyDictionary<Guid, VolumeCount> counts, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = counts.Keys.ToList();
        foreach (var volume in await context.Volumes.Where(volume => ids.Contains(volume.Id)).ToListAsync(cancellationToken))
        {
            var count = counts[volume.Id];
            (volume.Bytes, volume.ApparentBytes, volume.Files, volume.MeasuredAt) = (count.Bytes, count.ApparentBytes, count.Files, now);
            context.VolumeMeasurements.Add(
                new VolumeMeasurement
                {
                    VolumeId = volume.Id,
                    MeasuredAt = now,
                    Bytes = count.Bytes,
                    ApparentBytes = count.ApparentBytes,
                    Files = count.Files,
                }
            );
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A new volume is whole: it belongs to its site from now on.</summary>
    public async Task SettleAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .Volumes.Where(volume => volume.Id == id && volume.State == VolumeState.New)
            .ExecuteUpdateAsync(set => set.SetProperty(volume => volume.State, VolumeState.InUse), cancellationToken);
    }

    /// <summary>Forgets a volume that is not in the engine, or not the panel's, any more.</summary>
    public async Task ForgetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Volumes.Where(volume => volume.Id == id).ExecuteDeleteAsync(cancellationToken);
    }
}

/// <summary>Removes volumes from the engine as their identity has to be proven.</summary>
internal static class VolumeRemoval
{
    /// <summary>Removes a volume for good, if it is there: a made one by its label, an adopted one by its marker.</summary>
    public static Task RemoveAsync(this ISwarm swarm, Volume volume, CancellationToken cancellationToken) =>
        volume.IsAdopted
            ? swarm.RemoveAdoptedVolumeAsync(volume.EngineName, volume.Id, cancellationToken)
            : swarm.RemoveVolumeAsync(volume.EngineName, volume.Id, cancellationToken);
}
