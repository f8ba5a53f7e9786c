using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>Removes everything of a test from the engine. It waits for what takes its time, and fails where something will not go.</summary>
internal static class EngineCleaner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public static async Task RemoveAsync(DockerClient docker, Filters mine, CancellationToken cancellationToken)
    {
        foreach (var service in await docker.Services.ListAsync(mine, status: false, cancellationToken))
        {
            await docker.Services.RemoveAsync(service.Id, cancellationToken);
        }

        await UntilNoneAsync("containers and tasks", () => RunningAsync(docker, mine, cancellationToken), cancellationToken);
        foreach (var secret in await docker.Secrets.ListAsync(mine, cancellationToken))
        {
            await docker.Secrets.RemoveAsync(secret.Id, cancellationToken);
        }

        foreach (var volume in await docker.Volumes.ListAsync(mine, cancellationToken))
        {
            await docker.Volumes.RemoveAsync(volume.Name, cancellationToken);
        }

        await UntilNoneAsync("networks", () => RemoveNetworksAsync(docker, mine, cancellationToken), cancellationToken);
    }

    /// <summary>Tasks first: one that is still being prepared has no container yet.</summary>
    private static async Task<List<string>> RunningAsync(DockerClient docker, Filters mine, CancellationToken cancellationToken)
    {
        var tasks = await docker.Tasks.ListAsync(mine, cancellationToken);
        var left = tasks
            .Where(task => task.Status.State <= TaskState.Running)
            .Select(task => $"task {task.Id} {task.Status.State}")
            .ToList();
        foreach (var container in await docker.Containers.ListAsync(all: true, mine, cancellationToken))
        {
            left.Add($"container {string.Join(' ', container.Names)} {container.State}");
            if (container.State is "created" or "exited" or "dead")
            {
                // The engine keeps the container of a job that has ended, although the job has gone.
                await TryAsync(() => docker.Containers.RemoveAsync(container.Id, force: false, volumes: false, cancellationToken));
            }
        }

        return left;
    }

    private static async Task<List<string>> RemoveNetworksAsync(DockerClient docker, Filters mine, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var network in await docker.Networks.ListAsync(mine, cancellationToken))
        {
            if (!await TryAsync(() => docker.Networks.RemoveAsync(network.Id, cancellationToken)))
            {
                left.Add($"network {network.Name}");
            }
        }

        return left;
    }

    private static async Task<bool> TryAsync(Func<Task> remove)
    {
        try
        {
            await remove();
            return true;
        }
        catch (DockerApiException)
        {
            return false;
        }
    }

    private static async Task UntilNoneAsync(string what, Func<Task<List<string>>> left, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PollInterval);
        for (var bound = TimeProvider.System.GetUtcNow() + Patience; await left() is { Count: > 0 } names; )
        {
            if (TimeProvider.System.GetUtcNow() > bound)
            {
                throw new TimeoutException($"These {what} did not go within {Patience:g}: {string.Join(", ", names)}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
