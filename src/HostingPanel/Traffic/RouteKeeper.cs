using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Traffic;

/// <summary>
/// Hands changed settings to the gateway as soon as they are stored. Which have not arrived yet is a column, so nothing is lost with a
/// notification or a worker; it looks each minute anyway.
/// </summary>
internal sealed partial class RouteKeeper(
    IRoutePublisher routes,
    IChangeFeed changes,
    IWorkerLease worker,
    IDbContextFactory<PanelDbContext> contexts,
    TimeProvider time,
    ILogger<RouteKeeper> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Between two of them: somebody who sets many sites by a script makes few reloads of it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = changes.Subscribe(change => change.Topic == ChangeTopic.Routes);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
                await subscription.WaitAsync(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (worker.IsHeld && await IsWantedAsync(cancellationToken))
            {
                await routes.PublishAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (PlatformException refused)
        {
            LogRefused(refused.Message);
        }
        catch (Exception failure)
        {
            // The edge of the process: whatever it was, the next look starts afresh.
            LogRefused(failure.Message);
        }
    }

    private async Task<bool> IsWantedAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.TrafficSettings.AnyAsync(settings => settings.AppliedAt == null, cancellationToken);
    }

    [LoggerMessage(61, LogLevel.Warning, "Traffic settings have not reached the gateway, and are tried again within a minute: {Reason}")]
    private partial void LogRefused(string reason);
}
