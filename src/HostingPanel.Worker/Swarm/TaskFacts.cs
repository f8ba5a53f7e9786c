using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>What a service's tasks say about how it is.</summary>
internal static class TaskFacts
{
    /// <param name="service">The service.</param>
    /// <param name="tasks">Its tasks.</param>
    /// <param name="nodes">Names of nodes by id.</param>
    /// <param name="outOfMemory">Whether a task that was killed was killed for its memory; null where nobody knows.</param>
    public static ServiceObservation Of(
        SwarmService service,
        IEnumerable<SwarmTask> tasks,
        IReadOnlyDictionary<string, string?> nodes,
        Func<SwarmTask, bool?> outOfMemory
    )
    {
        var labels = service.Spec.Labels!;
        var name = labels[Labels.Service];
        var newestFirst = tasks.OrderByDescending(task => task.CreatedAt).ToList();
        var newest = newestFirst.FirstOrDefault();
        var running = newestFirst.Where(IsRunning).ToList();
        var replicas = (int)(service.Spec.Mode?.Replicated?.Replicas ?? 1);
        var failed = newestFirst.Where(Failed).ToList();
        return new ServiceObservation
        {
            Name = service.Spec.Name,
            SiteId = Labels.Id(labels, Labels.Site),
            Service = name,
            Replicas = replicas,
            Running = running.Count,
            State = replicas == 0 ? "stopped" : Word(newest),
            RunningSince = replicas > 0 && running.Count >= replicas ? running.Max(task => task.Status.Timestamp) : null,
            Limits = running is [var runs, ..] ? LimitsOf(runs.Spec.Resources?.Limits) : null,
            Node = newest?.NodeId is { } node ? nodes.GetValueOrDefault(node) : null,
            Reason =
                replicas == 0 || running.Count >= replicas
                    ? null
                    : WhyNot(name, newestFirst.Find(IsAwaited) ?? newest, failed, outOfMemory),
            Failures =
            [
                .. failed
                    .OrderBy(task => task.Status.Timestamp)
                    .Select(task => new TaskFailure(task.Id, task.Status.Timestamp, TaskReasons.Of(name, task, outOfMemory(task)))),
            ],
        };
    }

    /// <summary>What a task's container was made with: not what its service is told by now.</summary>
    private static ResourceLimits LimitsOf(ResourceLimit? limit) =>
        new(limit?.MemoryBytes ?? 0, limit?.NanoCpus ?? 0, (int)(limit?.Pids ?? 0));

    /// <summary>Runs and is meant to.</summary>
    public static bool IsRunning(SwarmTask task) => task is { Status.State: TaskState.Running, DesiredState: TaskState.Running };

    /// <summary>Ended although it should not have: one that was told to stop is <see cref="TaskState.Shutdown"/>.</summary>
    public static bool Failed(SwarmTask task) =>
        task.Status.State is TaskState.Failed or TaskState.Rejected or TaskState.Complete or TaskState.Orphaned
        && !TaskReasons.MetStartingEngine(task);

    /// <summary>True where only the exit code is left of a kill.</summary>
    public static bool WasKilled(SwarmTask task) => Failed(task) && task.Status.ContainerStatus?.ExitCode == TaskReasons.KilledExitCode;

    /// <summary>Should run and does not yet.</summary>
    private static bool IsAwaited(SwarmTask task) =>
        task.DesiredState is TaskState.Running or TaskState.Ready && task.Status.State < TaskState.Running;

    private static EngineReason WhyNot(
        string service,
        SwarmTask? newest,
        IReadOnlyList<SwarmTask> failed,
        Func<SwarmTask, bool?> outOfMemory
    ) =>
        // The one that waits for its turn after a failure says nothing itself; the one before it knows.
        newest is null
        || !string.IsNullOrEmpty(newest.Status.Err)
        || failed.Count == 0
        || IsStuck(newest)
            ? TaskReasons.Of(service, newest, newest is null ? null : outOfMemory(newest))
            : TaskReasons.Of(service, failed[0], outOfMemory(failed[0]));

    /// <summary>Waits for an address, of which the engine says nothing. One that waits for a node is told why, unless it is its turn next.</summary>
    private static bool IsStuck(SwarmTask task) => task.Status.State is TaskState.New;

    private static string Word(SwarmTask? task) => task?.Status.State.ToString().ToLowerInvariant() ?? "new";
}
