using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>Reads out of a task why it does not run, wherever the engine hides that, and says it in words that name the mend.</summary>
internal static class TaskReasons
{
    /// <summary>A container that was killed, by the kernel for its memory or by hand, leaves this exit code and nothing else.</summary>
    public const int KilledExitCode = 137;

    /// <summary>What the images' entry point ends with when a volume is not the right one (EX_CONFIG of sysexits.h).</summary>
    private const int WrongVolumeExitCode = 78;

    /// <summary>What a database server ends with when it can't write its first files (EX_CANTCREAT).</summary>
    private const int NoRoomExitCode = 73;

    /// <summary>The engine's own words.</summary>
    private const string StartingEngine = "swarm is not active";

    /// <param name="service">The service's name for people.</param>
    /// <param name="task">The task; null while the engine has made none.</param>
    /// <param name="outOfMemory">For one that was killed: whether it was for its memory; null when nobody knows any more.</param>
    public static EngineReason Of(string service, SwarmTask? task, bool? outOfMemory = null)
    {
        if (task is null)
        {
            return new EngineReason("not-scheduled", $"The engine has made no container for {service} yet.");
        }

        var error = task.Status.Err ?? string.Empty;
        return ByError(service, task, error) ?? ByExit(service, task, outOfMemory) ?? ByState(service, task, error);
    }

    /// <summary>
    /// True where the engine itself was not ready: one that has just been started runs tasks before it has found its swarm again. The
    /// container never was, so this is no failure of its own.
    /// </summary>
    public static bool MetStartingEngine(SwarmTask? task) =>
        task is { Status: { State: TaskState.Rejected, Err: { } error } } && Says(error, StartingEngine);

    /// <summary>The same as a failure.</summary>
    public static PlatformException Failure(string service, SwarmTask? task, bool? outOfMemory = null)
    {
        var reason = Of(service, task, outOfMemory);
        return new PlatformException(reason.Code, reason.Message);
    }

    private static EngineReason? ByError(string service, SwarmTask task, string error) =>
        error switch
        {
            _ when Says(error, "No such image") => new(
                "image-missing",
                $"The image of {service} is not on this node ({task.Spec.ContainerSpec?.Image}). Run ./panel up, which builds it."
            ),
            _ when Says(error, "port already in use", "port is already allocated", "address already in use") => new(
                "port-taken",
                $"A port that {service} publishes is taken by another program: {error}."
            ),
            _ when Says(error, "no suitable node") => new("no-suitable-node", $"No node can run {service}: {error}."),
            _ when Says(error, "no available ip", "available IPv4 addresses", "find an available IP") => NoAddressLeft(service),
            _ when Says(error, StartingEngine) => new("engine-starting", $"The engine of {service}'s node is just starting."),
            _ when Says(error, "unhealthy") => new("unhealthy", $"{service} starts but does not become healthy; its log says more."),
            _ when Says(error, "network") && Says(error, "not found", "could not find") => new(
                "network-missing",
                $"A network of {service} is not in the engine: {error}."
            ),
            _ when Says(error, "volume") && Says(error, "no such", "not found") => new(
                "volume-missing",
                $"A volume of {service} is not on this node: {error}."
            ),
            _ => null,
        };

    private static EngineReason? ByExit(string service, SwarmTask task, bool? outOfMemory) =>
        (task.Status.ContainerStatus?.ExitCode ?? 0, outOfMemory) switch
        {
            (KilledExitCode, false) => new(EngineReason.Killed, $"A container of {service} was killed from outside (exit code 137)."),
            (KilledExitCode, true) => new(
                "out-of-memory",
                $"A container of {service} was killed because it needed more memory than its limit ({Megabytes(task)})."
            ),
            (KilledExitCode, null) => new(
                "out-of-memory",
                $"A container of {service} was killed (exit code 137), most likely because it needed more memory than its limit ({Megabytes(task)})."
            ),
            (WrongVolumeExitCode, _) => new(
                "wrong-volume",
                $"{service} refuses to start on its volumes or secrets (exit code 78); its log says which one."
            ),
            (NoRoomExitCode, _) => new(
                "no-disk-space",
                $"{service} could not write its first files (exit code 73), most likely because the disk of its volume is full; its log says more."
            ),
            (not 0 and var code, _) => new("ends-by-itself", $"The program of {service} ended with exit code {code}; its log says more."),
            _ => null,
        };

    private static EngineReason ByState(string service, SwarmTask task, string error) =>
        task.Status.State switch
        {
            // Addresses are given out before anything else, and a network without one left says nothing at all.
            TaskState.New => NoAddressLeft(service),
            TaskState.Pending => new("no-suitable-node", $"{service} waits for a node that can run it{After(error)}."),
            TaskState.Starting => new("unhealthy", $"{service} has started but is not healthy yet; its log says more."),
            TaskState.Complete => new("ends-by-itself", $"The program of {service} ended with exit code 0 although it should go on."),
            TaskState.Orphaned => new("node-gone", $"The node that {service} ran on has been away for too long."),
            var state => new(EngineReason.Unknown, $"{service} does not run{After(error, state.ToString().ToLowerInvariant())}."),
        };

    private static EngineReason NoAddressLeft(string service) =>
        new("no-address-left", $"{service} gets no network address: one of its networks is full or could not be made.");

    private static string After(string error, string otherwise = "") =>
        (string.IsNullOrWhiteSpace(error) ? otherwise : error) is { Length: > 0 } text ? $": {text}" : string.Empty;

    private static string Megabytes(SwarmTask task) =>
        task.Spec.Resources?.Limits?.MemoryBytes is > 0 and var bytes ? $"{bytes >> 20} MB" : "none of its own";

    private static bool Says(string error, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (error.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
