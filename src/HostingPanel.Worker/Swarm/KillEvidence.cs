using System.Collections.Concurrent;
using HostingPanel.Docker;

namespace HostingPanel.Worker.Swarm;

/// <summary>
/// Who killed a container. The engine tells of a kill for want of memory only while it happens, and in the container for as long as it is
/// there; the task keeps nothing but exit code 137. So it is written down here as it is seen.
/// </summary>
internal sealed class KillEvidence(DockerClient docker)
{
    private const string TaskLabel = "com.docker.swarm.task.id";

    /// <summary>
    /// About so many killed ones the engine is asked at a time, the newest: a look must not get dearer with the number of those that were
    /// killed. The others wait for the next look; most of them told of themselves by an event anyway.
    /// </summary>
    private const int MostAtATime = 2;
    private readonly ConcurrentDictionary<string, bool?> _verdicts = new(StringComparer.Ordinal);

    /// <summary>An event that may be one.</summary>
    public void Notice(EventMessage message)
    {
        if (message.Type != "container" || !message.Actor.Attributes.TryGetValue(TaskLabel, out var task))
        {
            return;
        }

        if (message.Action == "oom")
        {
            _verdicts[task] = true;
        }
        else if (message.Action == "kill")
        {
            // Somebody told the engine to; whoever removes a running container does so, too, and leaves nothing to ask about.
            _verdicts.TryAdd(task, false);
        }
    }

    /// <summary>True for a kill for want of memory, false for another one, null when nobody knows.</summary>
    public bool? Of(SwarmTask task) => _verdicts.GetValueOrDefault(task.Id);

    /// <summary>Asks the engine about those that were killed and not asked about yet.</summary>
    public async Task GatherAsync(IReadOnlyList<SwarmTask> tasks, CancellationToken cancellationToken)
    {
        var unasked = tasks.Where(task => TaskFacts.WasKilled(task) && !_verdicts.ContainsKey(task.Id));
        foreach (var task in unasked.OrderByDescending(task => task.Status.Timestamp).Take(MostAtATime))
        {
            _verdicts[task.Id] = await InspectAsync(task, cancellationToken);
        }
    }

    /// <summary>Forgets what the engine has forgotten.</summary>
    /// <param name="tasks">All tasks of this installation.</param>
    public void Forget(IReadOnlyList<SwarmTask> tasks)
    {
        var known = tasks.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var forgotten in _verdicts.Keys.Where(task => !known.Contains(task)))
        {
            _verdicts.TryRemove(forgotten, out _);
        }
    }

    private async Task<bool?> InspectAsync(SwarmTask task, CancellationToken cancellationToken)
    {
        if (task.Status.ContainerStatus?.ContainerId is not { Length: > 0 } container)
        {
            return null;
        }

        try
        {
            return (await docker.Containers.InspectAsync(container, cancellationToken)).State.OomKilled;
        }
        catch (DockerNotFoundException)
        {
            // Reaped, or on another node.
            return null;
        }
    }
}
