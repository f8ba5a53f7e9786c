using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Backups.Browsing;

/// <summary>Deletes downloads when their time is over, keys when they were taken, and indexes that are old: they can be made again.</summary>
internal sealed partial class DownloadKeeper(
    IDbContextFactory<PanelDbContext> contexts,
    DownloadArea area,
    IWorkerLease worker,
    TimeProvider time,
    ILogger<DownloadKeeper> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>How long a key that was taken may still be on its way.</summary>
    private static readonly TimeSpan KeyOnItsWay = TimeSpan.FromMinutes(1);

    /// <summary>Longer than any operation that is just writing one.</summary>
    private static readonly TimeSpan StrayLife = TimeSpan.FromDays(2);
    private static readonly TimeSpan IndexLife = TimeSpan.FromDays(30);

    protected override string Purpose => "Deleting downloads that are over";

    protected override Task LookAsync(CancellationToken cancellationToken) => SweepAsync(cancellationToken);

    /// <summary>One pass over everything.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var taken = now - KeyOnItsWay;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var over = await context
            .BackupDownloads.Where(row => row.ExpiresAt <= now || (row.Kind == DownloadKind.Key && row.TakenAt < taken))
            .Select(row => row.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in over)
        {
            // The row goes last: as long as it is there, somebody knows of the file.
            area.Delete(id);
            await context.BackupDownloads.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
            LogDeleted(id);
        }

        var known = (await context.BackupDownloads.Select(row => row.Id).ToListAsync(cancellationToken)).ToHashSet();
        area.Sweep(known, (now - StrayLife).UtcDateTime, (now - IndexLife).UtcDateTime);
    }

    [LoggerMessage(72, LogLevel.Information, "The download {Id} is over and was deleted")]
    private partial void LogDeleted(Guid id);
}
