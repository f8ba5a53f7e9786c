using System.Diagnostics;

namespace HostingPanel.Benchmarks;

/// <summary>
/// With 300 sites in the swarm: how long one look at the engine takes and how many calls it costs, what the worker uses while nothing
/// happens, and how soon a site whose container was killed answers again. References: what is allowed; for the last, the engine alone.
/// </summary>
internal static class ReconcileBenchmark
{
    private const int Sites = 300;
    private const int Looks = 10;
    private const double LongestLook = 1;
    private const double MostCalls = 10;

    /// <summary>Of one core, in percent.</summary>
    private const double MostOfACore = 2;

    /// <summary>Two of the looks that there are when nothing happens, and what else a worker does every minute.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(125);
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(35);

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        await using (var sites = await ManySites.MakeAsync(installation, Sites, cancellationToken))
        {
            await LookAsync(sites, cancellationToken);
            await IdleAsync(sites, cancellationToken);
            await KilledContainer.RunAsync(installation, cancellationToken);
        }
    }

    private static async Task LookAsync(ManySites sites, CancellationToken cancellationToken)
    {
        // The first warms it up.
        await sites.LookAsync(cancellationToken);
        var (seconds, calls) = (new List<double>(), new List<double>());
        for (var look = 0; look < Looks; look++)
        {
            var result = await sites.LookAsync(cancellationToken);
            seconds.Add(result.Elapsed.TotalSeconds);
            calls.Add(result.EngineCalls);
        }

        Figure.Print("reconcile.pass", Figure.Median(seconds), LongestLook, "s");
        Figure.Print("reconcile.pass.longest", seconds.Max(), LongestLook, "s");
        Figure.Print("reconcile.calls", calls.Max(), MostCalls, "calls");
    }

    private static async Task IdleAsync(ManySites sites, CancellationToken cancellationToken)
    {
        await sites.StartWorkerAsync(cancellationToken);
        await Task.Delay(SettlingTime, cancellationToken);
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var (used, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(Idle, cancellationToken);
        process.Refresh();
        var share = (process.TotalProcessorTime - used) / Stopwatch.GetElapsedTime(started);
        Figure.Print("reconcile.idle", share * 100, MostOfACore, "% of a core");
    }
}
