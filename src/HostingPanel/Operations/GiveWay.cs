using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Operations;

/// <summary>
/// For operations that need not be done now (<see cref="OperationKinds.Passive"/>): whoever wants the site meanwhile, a person or a repair, gets
/// it, for only one operation acts on a site at a time.
/// </summary>
internal sealed class GiveWay(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Does the work to its end, or stops it when an operation of a higher priority waits for the site.</summary>
    /// <param name="operation">The operation that makes way.</param>
    /// <param name="patience">How long it may go on although another waits: work that is nearly done need not be done again.</param>
    /// <param name="work">Does it; what it has begun is ended when it is stopped.</param>
    /// <param name="cancellationToken">Stops it whatever waits.</param>
    /// <returns>What it gave; null when it made way.</returns>
    public async Task<T?> RunAsync<T>(
        Operation operation,
        TimeSpan patience,
        Func<CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
        where T : class
    {
        using var giveWay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work(giveWay.Token);
        long? wantedSince = null;
        try
        {
            while (await Task.WhenAny(working, Task.Delay(LookInterval, time, cancellationToken)) != working)
            {
                if (!await IsWantedAsync(operation, cancellationToken))
                {
                    wantedSince = null;
                    continue;
                }

                wantedSince ??= time.GetTimestamp();
                if (time.GetElapsedTime(wantedSince.Value) >= patience)
                {
                    await giveWay.CancelAsync();
                    break;
                }
            }

            return await working;
        }
        catch (OperationCanceledException) when (giveWay.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            // Whatever ended the waiting: the work is not left to itself.
            await giveWay.CancelAsync();
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsWantedAsync(Operation operation, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Operations.AnyAsync(
            other =>
                other.SiteId == operation.SiteId
                && other.State == OperationState.Queued
                && other.CancelRequestedAt == null
                && other.Priority > operation.Priority,
            cancellationToken
        );
    }
}
