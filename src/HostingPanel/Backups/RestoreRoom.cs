using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>
/// The room for what a restore writes. It was there when the restore began; since then others have written, too, and live sites must not be
/// the ones who find the disk full.
/// </summary>
internal sealed class RestoreRoom(ISwarm swarm)
{
    /// <summary>The stable word for a disk that has too little left.</summary>
    public const string None = "no-disk-space";
    private const int Tail = 200;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>How a database server says it, before it ends or its client is told something else.</summary>
    private static readonly IReadOnlyList<string> Lacks =
    [
        "error 28",
        "errno: 28",
        "os error: 28",
        "no space left on device",
        "disk is full",
        "disk full",
        "disk got full",
    ];

    /// <summary>Does what fills the disk, and gives it up when less is left than is kept back.</summary>
    /// <exception cref="PlatformException"><c>no-disk-space</c>.</exception>
    public async Task<T> WhileAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(writing, watching.Token);
        try
        {
            return await write(writing.Token);
        }
        catch (OperationCanceledException) when (writing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The watch says why.
        }
        finally
        {
            await watching.CancelAsync();
            await watch;
        }

        throw (await watch)!;
    }

    /// <summary>Whether a database server's log says that it lacked room: what its client is told may be only that it has gone.</summary>
    public async Task<bool> LackedByAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in swarm.ReadLogsAsync(service, Tail, follow: false, cancellationToken))
            {
                if (Lacks.Any(words => line.Text.Contains(words, StringComparison.OrdinalIgnoreCase)))
                {
                    return true;
                }
            }
        }
        catch (PlatformException)
        {
            // Who can't be asked has not said so.
        }

        return false;
    }

    /// <summary>Why it was given up; null when it was not.</summary>
    private async Task<PlatformException?> WatchAsync(CancellationTokenSource writing, CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Period);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await swarm.CheckRoomAsync(0, cancellationToken);
                }
                catch (PlatformException failure) when (failure.Code == None)
                {
                    await writing.CancelAsync();
                    return failure;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It has ended.
        }

        return null;
    }
}
