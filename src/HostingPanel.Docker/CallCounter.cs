namespace HostingPanel.Docker;

/// <summary>Counts the calls of engines that are made from here on by the code that follows and whatever it starts, until it is disposed.</summary>
public sealed class CallCounter : IDisposable
{
    private static readonly AsyncLocal<CallCounter?> Innermost = new();
    private readonly CallCounter? _outer = Innermost.Value;
    private int _calls;

    /// <summary>Starts to count.</summary>
    public CallCounter() => Innermost.Value = this;

    /// <summary>How many calls it were up to now.</summary>
    public int Calls => Volatile.Read(ref _calls);

    internal static void Count()
    {
        for (var counter = Innermost.Value; counter is not null; counter = counter._outer)
        {
            Interlocked.Increment(ref counter._calls);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Innermost.Value = _outer;
}
