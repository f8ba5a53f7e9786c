using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Operations;

/// <summary>
/// Something of the worker's that looks now and then what there is to do, in the worker that holds <see cref="WorkerLease"/> alone. A look
/// that fails is logged and is no end: the next one starts afresh.
/// </summary>
internal abstract partial class WorkerLoop(IWorkerLease worker, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ILogger _logger = logger;

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>What the looks are for, as the log calls it, such as “Measuring volumes”.</summary>
    protected abstract string Purpose { get; }

    /// <summary>How long it waits from one look to the next.</summary>
    protected virtual TimeSpan Interval => Minute;

    /// <summary>How long it waits after a look that failed, and for its turn while another worker has the lease.</summary>
    private TimeSpan RetryInterval => Interval < Minute ? Interval : Minute;

    /// <summary>One look. Whatever it throws is logged.</summary>
    protected abstract Task LookAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = RetryInterval;
            try
            {
                if (worker.IsHeld)
                {
                    await LookAsync(stoppingToken);
                    wait = Interval;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The edge of the process: whatever it was, the next look starts afresh.
                LogFailed(Purpose, failure.Message);
            }

            await Task.Delay(wait, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(19, LogLevel.Warning, "{Purpose} did not work, and is tried again: {Reason}")]
    private partial void LogFailed(string purpose, string reason);
}
