using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Backups;

/// <summary>Runs jobs from the toolbox image and tells how far they are, and what they wait for.</summary>
internal sealed partial class Toolbox(ImageCatalogue images, ISwarm swarm, PaceKeeper pace, ILogger<Toolbox> logger)
{
    private bool _saidUnknown;

    /// <summary>Longer than any site that a panel of this size holds takes; the step's own time-out is a little more.</summary>
    public static readonly TimeSpan JobTimeout = TimeSpan.FromHours(12);
    public static readonly TimeSpan StepTimeout = JobTimeout + TimeSpan.FromMinutes(10);

    /// <summary>The toolbox's image.</summary>
    public string Image =>
        images.Resolve("toolbox").TryGet(out var image, out var problem)
            ? image
            : throw new StepFailedException(problem.Code, problem.Message);

    /// <summary>Runs a job to its end, as gently as its operation asks for.</summary>
    /// <param name="job">What to run.</param>
    /// <param name="report">Told now and then what it last printed, where that is such a line; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="progress">Told while it waits for the machine; null for nobody.</param>
    public async Task<JobResult> RunAsync<T>(
        JobDefinition job,
        Func<T, Task>? report,
        CancellationToken cancellationToken,
        StepProgress? progress = null
    )
        where T : class
    {
        job = await pace.AppliedAsync(job, cancellationToken);
        if (report is null && progress is null)
        {
            return await ToldAsync(await swarm.RunJobAsync(job, cancellationToken), progress: null);
        }

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(job.Name, report, progress, watching.Token);
        try
        {
            return await ToldAsync(await swarm.RunJobAsync(job, cancellationToken), progress);
        }
        finally
        {
            await watching.CancelAsync();
            await watch;
        }
    }

    /// <summary>What the gate has to say of a job that has ended.</summary>
    private async Task<JobResult> ToldAsync(JobResult result, StepProgress? progress)
    {
        foreach (var line in JobLines.Read<GateLine>(result))
        {
            if (line is { IsUnknown: true } && !_saidUnknown)
            {
                _saidUnknown = true;
                LogUnknown();
            }
            else if (line is { Slow: not null, Words: { } words } && progress is not null)
            {
                await progress.LogAsync([words]);
            }
        }

        return result;
    }

    /// <summary>Reads the job's newest line now and then. What it can't read, because the job is not there yet or no more, it leaves.</summary>
    private async Task WatchAsync<T>(string job, Func<T, Task>? report, StepProgress? progress, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await foreach (var line in swarm.ReadLogsAsync(job, tail: 1, follow: false, cancellationToken))
                    {
                        if (line.IsError)
                        {
                            continue;
                        }

                        if (progress is not null && JobLines.Read<GateLine>(line.Text) is { Waits: not null, Words: { } words })
                        {
                            await progress.ReportAsync(words);
                        }
                        else if (report is not null && JobLines.Read<T>(line.Text) is { } known)
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

    [LoggerMessage(
        56,
        LogLevel.Warning,
        "The kernel does not tell how pressed the machine is (PSI): backups do not wait for it to have room. It is said once"
    )]
    private partial void LogUnknown();
}
