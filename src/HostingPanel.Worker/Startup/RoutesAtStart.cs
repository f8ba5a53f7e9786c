using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Worker.Startup;

/// <summary>
/// Publishes all routes when the worker starts and now and then after: a gateway that lost its volume, or was replaced while the
/// worker was away, gets its configuration back.
/// </summary>
internal sealed partial class RoutesAtStart(IRoutePublisher routes, TimeProvider time, ILogger<RoutesAtStart> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Interval;
            try
            {
                await routes.PublishAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogNotPublished(failure.Message);
                wait = RetryInterval;
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(51, LogLevel.Warning, "The gateway has not got its routes: {Reason}")]
    private partial void LogNotPublished(string reason);
}
