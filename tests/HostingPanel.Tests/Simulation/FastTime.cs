namespace HostingPanel.Tests.Simulation;

/// <summary>A clock on which an hour goes by in half a minute: waits are real, only short.</summary>
internal sealed class FastTime : TimeProvider
{
    private const int Factor = 100;
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _origin = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_origin) * Factor);

    public override long GetTimestamp() => _origin + ((System.GetTimestamp() - _origin) * Factor);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

    private static TimeSpan Shorten(TimeSpan span) => span <= TimeSpan.Zero ? span : span / Factor;
}
