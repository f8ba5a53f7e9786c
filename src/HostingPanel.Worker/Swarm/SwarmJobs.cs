using HostingPanel.Docker;
using HostingPanel.Platform;
using JobResult = HostingPanel.Platform.JobResult;

namespace HostingPanel.Worker.Swarm;

/// <summary>Containers that run to their end once.</summary>
internal sealed class SwarmJobs(
    DockerClient docker,
    SwarmServices services,
    SwarmSecrets secrets,
    SwarmNetworks networks,
    SwarmVolumeChecks volumes,
    SwarmOptions options,
    TimeProvider time
)
{
    /// <summary>
    /// The processor's weight of a job that steps back, the smallest that there is; a site's containers have 1024. Being nice counts among
    /// the processes of one container only, and a swarm's services have no word for the weight, so that the container is told itself. The
    /// policy for idle programs comes with its spec (<see cref="SpecBuilder"/>).
    /// </summary>
    private const int SmallWeight = 2;
    private const int KeptLines = 200;

    /// <summary>
    /// How often it looks whether a job has ended: the longer that takes, the less often, for each look costs what a site's page could have
    /// had. Its end is known a fortieth of its time later at most.
    /// </summary>
    private const int LooksInItsTime = 40;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs it and removes it. One of the same name that is there is the same job, started before a crash: its end is waited for
    /// instead of running it twice side by side.
    /// </summary>
    public async Task<JobResult> RunAsync(JobDefinition job, SpecBuilder builder, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(job.Timeout, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bound.Token);
        try
        {
            SwarmTask? task;
            do
            {
                await EnsureAsync(job, builder, token.Token);
                task = await WaitAsync(job, token.Token);
            } while (task is null);

            if (TaskReasons.MetStartingEngine(task))
            {
                var reason = TaskReasons.Of(job.Name, task);
                // It has not begun; the whole job can be asked for again.
                throw new PlatformException(reason.Code, reason.Message) { IsPassing = true };
            }

            var (output, errors) = await ReadLogAsync(job.Name, cancellationToken);
            if (task.Status.State == TaskState.Complete)
            {
                return new JobResult(0, output, errors);
            }

            var exit = task.Status.ContainerStatus?.ExitCode ?? 0;
            return new JobResult(exit == 0 ? -1 : exit, output, errors.Count > 0 ? errors : [TaskReasons.Of(job.Name, task).Message]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new JobResult(-1, [], [$"It did not end within {job.Timeout:g}."]);
        }
        finally
        {
            // Cancelled or not, the container goes: work that nobody waits for must not go on.
            using var removal = new CancellationTokenSource(RemovalTimeout, time);
            await services.RemoveAsync(job.Name, removal.Token);
        }
    }

    /// <summary>Removes what is left of an operation's jobs.</summary>
    public async Task RemoveAsync(Guid operationId, CancellationToken cancellationToken)
    {
        var ours = Filters.Label(Labels.Installation, options.Installation) & Filters.Label(Labels.Job, operationId.ToString());
        foreach (var job in await docker.Services.ListAsync(ours, status: false, cancellationToken))
        {
            await services.RemoveAsync(job.Spec.Name, cancellationToken);
        }
    }

    private async Task EnsureAsync(JobDefinition job, SpecBuilder builder, CancellationToken cancellationToken)
    {
        if (await services.FindAsync(job.Name, cancellationToken) is not null)
        {
            return;
        }

        foreach (var mount in job.Container.Volumes)
        {
            // Only that it is there: one that was taken in has no label of ours.
            await volumes.RequireThereAsync(mount.VolumeName, cancellationToken);
        }

        if (job.Container.Networks.Count == 0)
        {
            var network = SpecBuilder.SealedNetwork(options.Installation);
            await networks.EnsureAsync(new NetworkDefinition(network, Subnet: null, new Ownership(null, null)), cancellationToken);
        }

        var ids = await secrets.IdsAsync(job.Container.Secrets.Select(secret => secret.SecretName), cancellationToken);
        try
        {
            await docker.Services.CreateAsync(builder.Job(job, ids), cancellationToken);
        }
        catch (DockerConflictException)
        {
            // The same step, run twice, has met itself.
        }
    }

    /// <summary>The task that ended; null when the job has gone before that: a worker that was stopping has taken it away.</summary>
    private async Task<SwarmTask?> WaitAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var isToStepBack = job.StepsBack;
        var started = time.GetTimestamp();
        while (true)
        {
            var tasks = await docker.Tasks.ListAsync(Filters.Service(job.Name), cancellationToken);
            if (
                isToStepBack
                && tasks.Select(task => task.Status.ContainerStatus?.ContainerId).FirstOrDefault(id => id is { Length: > 0 })
                    is { } container
            )
            {
                isToStepBack = false;
                await StepBackAsync(container, cancellationToken);
            }

            if (
                tasks.FirstOrDefault(task =>
                    task.Status.State is TaskState.Complete or TaskState.Failed or TaskState.Rejected or TaskState.Orphaned
                ) is
                { } ended
            )
            {
                return ended;
            }

            if (tasks.Count == 0 && await services.FindAsync(job.Name, cancellationToken) is null)
            {
                return null;
            }

            var pause = time.GetElapsedTime(started) / LooksInItsTime;
            await Task.Delay(
                pause < ShortestPause ? ShortestPause
                    : pause > LongestPause ? LongestPause
                    : pause,
                time,
                cancellationToken
            );
        }
    }

    /// <summary>Where it can't be told, because the container has ended or stands on another node, it has its limits all the same.</summary>
    private async Task StepBackAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await docker.Containers.UpdateAsync(container, new ContainerUpdateRequest { CpuShares = SmallWeight }, cancellationToken);
        }
        catch (DockerApiException)
        {
            // It is no reason not to do the work.
        }
    }

    private async Task<(List<string> Output, List<string> Errors)> ReadLogAsync(string name, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(LogTimeout, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bound.Token);
        var (output, errors) = (new List<string>(), new List<string>());
        try
        {
            await foreach (var line in docker.Services.LogsAsync(name, new LogOptions { Tail = KeptLines }, token.Token))
            {
                (line.Stream == LogSource.Stderr ? errors : output).Add(line.Text);
            }
        }
        catch (Exception failure)
            when (failure is DockerApiException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            errors.Add($"(its log could not be read: {failure.Message})");
        }

        return (output, errors);
    }
}
