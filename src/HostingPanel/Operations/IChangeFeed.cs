namespace HostingPanel.Operations;

/// <summary>What a change is about.</summary>
public enum ChangeTopic
{
    /// <summary>An operation or one of its steps.</summary>
    Operation,

    /// <summary>A site, its services or its volumes.</summary>
    Site,

    /// <summary>An operation was queued, or one ended and made room.</summary>
    Queue,

    /// <summary>Somebody asked an operation to stop.</summary>
    Cancel,

    /// <summary>Something in the engine that is nobody's was found, or has gone.</summary>
    Engine,

    /// <summary>Somebody wants the reconciler to look at the engine now.</summary>
    Look,

    /// <summary>The gateway is to treat a site's visitors differently.</summary>
    Routes,
}

/// <summary>Something changed in the database, whoever did it.</summary>
public sealed record Change(ChangeTopic Topic, Guid Id);

/// <summary>
/// Tells of changes in the database as they are committed (LISTEN/NOTIFY). A notification may get lost with its connection, so
/// whoever waits polls beneath.
/// </summary>
public interface IChangeFeed
{
    /// <summary>Starts listening for the changes that match; dispose it to stop.</summary>
    ChangeSubscription Subscribe(Func<Change, bool> matches);
}

/// <summary>Remembers whether a change that matches has come since the last wait.</summary>
public sealed class ChangeSubscription : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Action<ChangeSubscription> _onDispose;
    private readonly Func<Change, bool> _matches;
    private bool _disposed;

    internal ChangeSubscription(Func<Change, bool> matches, Action<ChangeSubscription> onDispose) =>
        (_matches, _onDispose) = (matches, onDispose);

    /// <summary>Returns at once when a change came since the last wait, else at the next one or after <paramref name="atMost"/>.</summary>
    /// <returns>False when the time ran out.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, cancellationToken);

    internal void Offer(Change change)
    {
        if (_matches(change))
        {
            Signal();
        }
    }

    internal void Signal()
    {
        lock (_signal)
        {
            if (!_disposed && _signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _onDispose(this);
        // The feed may be about to signal this one on its own thread.
        lock (_signal)
        {
            _disposed = true;
            _signal.Dispose();
        }
    }
}
