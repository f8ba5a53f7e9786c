using System.Diagnostics;
using HostingPanel.Access;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>A second worker, started by mistake (fault F9): it stands by, says so, and takes over when the first one has gone.</summary>
[Collection(FaultTests.Name)]
public sealed class TwoWorkersTests(TestInstallation installation) : IAsyncLifetime
{
    private const string StandsBy = "this one stands by";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        installation.Require();
        await installation.LeaveWorkToProcessesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task The_second_one_does_nothing_but_say_so_until_the_first_has_gone()
    {
        using var one = WorkerProcess.Start(installation);
        using var two = WorkerProcess.Start(installation);
        await UntilAsync(() => IsWaiting(one) || IsWaiting(two), "one of them stands by");
        var (first, second) = IsWaiting(one) ? (two, one) : (one, two);
        Assert.False(IsWaiting(first), first.Log);

        await installation.SucceedsAsync(await installation.CreateSiteAsync("fought-over", Token), Token);
        Assert.Contains("provision-site fought-over", first.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("provision-site fought-over", second.Log, StringComparison.Ordinal);

        first.Kill();
        var killed = Stopwatch.GetTimestamp();
        await installation.SucceedsAsync("fought-over", SiteAction.Trash, Token);
        Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromMinutes(2));
        Assert.Contains("trash-site fought-over", second.Log, StringComparison.Ordinal);
        await installation.SucceedsAsync("fought-over", SiteAction.Purge, Token);
    }

    private static bool IsWaiting(WorkerProcess worker) => worker.Log.Contains(StandsBy, StringComparison.Ordinal);

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var started = Stopwatch.GetTimestamp(); !holds(); )
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1), $"Waited in vain: {what}");
            await timer.WaitForNextTickAsync(Token);
        }
    }
}
