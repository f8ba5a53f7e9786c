using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>Runs jobs from the toolbox image and tells how far they are.</summary>
internal sealed class Toolbox(ImageCatalogue images, ISwarm swarm)
{
    /// <summary>Longer than any site that a panel of this size holds takes; the step's own time-out is a little more.</summary>
    public static readonly TimeSpan JobTimeout = TimeSpan.FromHours(12);
    public static readonly TimeSpan StepTimeout = JobTimeout + TimeSpan.FromMinutes(10);

    /// <summary>The toolbox's image.</summary>
    public string Image =>
        images.Resolve("toolbox").TryGet(out var image, out var problem)
            ? image
            : throw new StepFailedException(problem.Code, problem.Message);

    /// <summary>Runs a job to its end.</summary>
    /// <param name="job">What to run.</param>
    /// <param name="report">Told now and then what it last printed, where that is such a line; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<JobResult> RunAsync<T>(JobDefinition job, Func<T, Task>? report, CancellationToken cancellationToken)
        where T : class
    {
        if (report is null)
        {
            return await swarm.RunJobAsync(job, cancellationToken);
        }

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(job.Name, report, watching.Token);
        try
        {
            return await swarm.RunJobAsync(job, cancellationToken);
        }
        finally
        {
            await watching.CancelAsync();
            await watch;
        }
    }

    /// <summary>Reads the job's newest line now and then. What it can't read, because the job is not there yet or no more, it leaves.</summary>
    private async Task WatchAsync<T>(string job, Func<T, Task> report, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await foreach (var line in swarm.ReadLogsAsync(job, tail: 1, follow: false, cancellationToken))
                    {
                        if (!line.IsError && JobLines.Read<T>(line.Text) is { } known)
                        {
                            await report(known);
                        }
                    }
                }
                catch (PlatformException)
                {
                    // The job itself says what is wrong with it.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The job has ended.
        }
    }
}
