using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>
/// Writes down where the sites' volumes are, and which volumes nobody owns, so that the web can show it without the engine. One list of
/// volumes and one of containers for each pass.
/// </summary>
internal sealed partial class VolumeObserver(
    IDbContextFactory<PanelDbContext> contexts,
    ISwarm swarm,
    IChangeFeed changes,
    IWorkerLease worker,
    IOptions<VolumesOptions> options,
    IOptions<PanelOptions> panel,
    TimeProvider time,
    ILogger<VolumeObserver> logger
) : BackgroundService
{
    /// <summary>Operations change many rows at once; no more passes than this come of it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly BackupNames _backups = new(panel.Value);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromSeconds(options.Value.ObserveEverySeconds);
        using var subscription = changes.Subscribe(change => change.Topic == ChangeTopic.Operation);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // A second worker that was started by mistake looks at nothing.
                if (worker.IsHeld)
                {
                    var started = time.GetStoredNow();
                    await ObserveAsync(stoppingToken);
                    await UntilDueAsync(subscription, started, interval, stoppingToken);
                }

                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The edge of the process: whatever it was, the next pass looks anew.
                LogFailed(failure.Message);
                await Task.Delay(interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Waits until an operation that may have to do with volumes is at work or has ended, or for so long.</summary>
    private async Task UntilDueAsync(
        ChangeSubscription subscription,
        DateTimeOffset started,
        TimeSpan interval,
        CancellationToken cancellationToken
    )
    {
        var from = time.GetTimestamp();
        while (interval - time.GetElapsedTime(from) is { Ticks: > 0 } left && await subscription.WaitAsync(left, cancellationToken))
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var isAtWork = await context.Operations.AnyAsync(
                operation =>
                    !OperationKinds.Passive.Contains(operation.Kind)
                    && (operation.State == OperationState.Running || operation.FinishedAt >= started),
                cancellationToken
            );
            if (isAtWork)
            {
                return;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>One pass.</summary>
    public async Task ObserveAsync(CancellationToken cancellationToken)
    {
        // A row is written before its volume is made and removed after it: known is what had a row before the look or has one after it.
        var before = await KnownAsync(cancellationToken);
        var seen = await swarm.ListVolumesAsync(cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var byName = seen.ToDictionary(volume => volume.Name, StringComparer.Ordinal);
        var rows = await context
            .Volumes.AsNoTracking()
            .Select(volume => new
            {
                volume.Id,
                volume.EngineName,
                volume.NodeId,
                volume.NodeName,
            })
            .ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            if (byName.GetValueOrDefault(row.EngineName) is { } here && (row.NodeId, row.NodeName) != (here.NodeId, here.NodeName))
            {
                await context
                    .Volumes.Where(volume => volume.Id == row.Id)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(volume => volume.NodeId, here.NodeId).SetProperty(volume => volume.NodeName, here.NodeName),
                        cancellationToken
                    );
            }
        }

        var known = before.Concat(rows.Select(row => row.EngineName)).ToHashSet(StringComparer.Ordinal);
        await WriteUnknownAsync(context, [.. seen.Where(volume => !known.Contains(volume.Name))], cancellationToken);
    }

    private async Task<List<string>> KnownAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var volumes = await context.Volumes.Select(volume => volume.EngineName).ToListAsync(cancellationToken);
        // What an operation works in belongs to it, and goes with it.
        var works = await (
            from operation in context.Operations
            join site in context.Sites.WithDrills() on operation.SiteId equals site.Id
            where operation.State == OperationState.Running
            select new { operation.Id, site.ShortId }
        ).ToListAsync(cancellationToken);
        return [.. volumes, .. works.Select(work => _backups.ScratchVolume(work.ShortId, work.Id))];
    }

    private async Task WriteUnknownAsync(PanelDbContext context, List<VolumeObservation> unknown, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var rows = await context.UnknownVolumes.ToDictionaryAsync(row => row.Name, StringComparer.Ordinal, cancellationToken);
        foreach (var volume in unknown)
        {
            var createdAt = volume.CreatedAt?.ToStored();
            if (!rows.Remove(volume.Name, out var row))
            {
                context.UnknownVolumes.Add(
                    new UnknownVolume
                    {
                        Name = volume.Name,
                        NodeId = volume.NodeId,
                        NodeName = volume.NodeName,
                        CreatedAt = createdAt,
                        IsOurs = volume.IsOurs,
                        UsedBy = [.. volume.UsedBy],
                        Obstacle = volume.Obstacle,
                        SeenAt = now,
                    }
                );
                continue;
            }

            (row.NodeId, row.NodeName, row.CreatedAt, row.IsOurs) = (volume.NodeId, volume.NodeName, createdAt, volume.IsOurs);
            row.Obstacle = volume.Obstacle;
            if (!row.UsedBy.SequenceEqual(volume.UsedBy, StringComparer.Ordinal))
            {
                row.UsedBy = [.. volume.UsedBy];
            }
        }

        context.UnknownVolumes.RemoveRange(rows.Values);
        await context.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(50, LogLevel.Warning, "The volumes could not be observed: {Reason}")]
    private partial void LogFailed(string reason);
}
