using System.Diagnostics;

namespace HostingPanel.Benchmarks;

/// <summary>How long a site's front page takes, asked for again and again by one visitor who takes a little time for each.</summary>
internal static class Visits
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Visits until the work has ended.</summary>
    /// <returns>What the work gave, and the milliseconds of each visit.</returns>
    public static async Task<(T Result, IReadOnlyList<double> Milliseconds)> WhileAsync<T>(
        HttpClient visitor,
        Uri address,
        Task<T> work,
        CancellationToken cancellationToken
    )
    {
        var times = new List<double>();
        using var timer = new PeriodicTimer(Pause);
        while (!work.IsCompleted)
        {
            times.Add(await VisitAsync(visitor, address, cancellationToken));
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return (await work, times);
    }

    /// <summary>Visits for a while, during which nothing goes on.</summary>
    public static async Task<IReadOnlyList<double>> ForAsync(
        HttpClient visitor,
        Uri address,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        var (_, visits) = await WhileAsync(visitor, address, NothingAsync(), cancellationToken);
        return visits;

        async Task<bool> NothingAsync()
        {
            await Task.Delay(time, cancellationToken);
            return true;
        }
    }

    /// <summary>The time that 95 of 100 visits are not above.</summary>
    public static double P95(IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        return sorted[(int)Math.Ceiling(sorted.Length * 0.95) - 1];
    }

    /// <summary>A visit in vain counts as long as a visitor waits: it must not pass for a quick one, nor end the measurement.</summary>
    private static async Task<double> VisitAsync(HttpClient visitor, Uri address, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await visitor.GetAsync(address, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        catch (Exception failure)
            when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await Console.Error.WriteLineAsync($"a visit in vain: {failure.Message}");
            return visitor.Timeout.TotalMilliseconds;
        }
    }
}
