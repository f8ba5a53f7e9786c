using HostingPanel.Docker;
using HostingPanel.Worker.Swarm;

namespace HostingPanel.Tests.Worker;

/// <summary>What the engine says, or leaves unsaid, about a task becomes a reason with a stable code. The texts are the engine's own.</summary>
public sealed class TaskReasonsTests
{
    [Theory]
    [InlineData("image-missing", TaskState.Rejected, "No such image: hostingpanel/web:1", 0)]
    [InlineData("port-taken", TaskState.Pending, "no suitable node (host-mode port already in use on 1 node)", 0)]
    [InlineData(
        "port-taken",
        TaskState.Rejected,
        "driver failed programming external connectivity on endpoint x: Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use",
        0
    )]
    [InlineData("no-suitable-node", TaskState.Pending, "no suitable node (scheduling constraints not satisfied on 1 node)", 0)]
    [InlineData("no-suitable-node", TaskState.Pending, null, 0)]
    [InlineData("no-address-left", TaskState.New, null, 0)]
    [InlineData("no-address-left", TaskState.New, "could not find an available IP while allocating VIP", 0)]
    [InlineData("network-missing", TaskState.Rejected, "network hp-a not found", 0)]
    [InlineData("volume-missing", TaskState.Rejected, "get hp-x-data: no such volume", 0)]
    [InlineData("unhealthy", TaskState.Failed, "task: non-zero exit (137): dockerexec: unhealthy container", 137)]
    [InlineData("unhealthy", TaskState.Starting, null, 0)]
    [InlineData("wrong-volume", TaskState.Failed, "task: non-zero exit (78)", 78)]
    [InlineData("no-disk-space", TaskState.Failed, "task: non-zero exit (73)", 73)]
    [InlineData("ends-by-itself", TaskState.Failed, "task: non-zero exit (3)", 3)]
    [InlineData("ends-by-itself", TaskState.Complete, null, 0)]
    [InlineData("node-gone", TaskState.Orphaned, null, 0)]
    [InlineData("engine-starting", TaskState.Rejected, "cannot create a swarm scoped network when swarm is not active", 0)]
    [InlineData("does-not-run", TaskState.Rejected, "something that nobody has met yet", 0)]
    public void A_task_gives_its_reason(string code, TaskState state, string? error, int exitCode) =>
        Assert.Equal(code, TaskReasons.Of("web", Task(state, error, exitCode)).Code);

    [Theory]
    [InlineData(true, "out-of-memory")]
    [InlineData(false, "killed")]
    [InlineData(null, "out-of-memory")]
    public void A_kill_is_blamed_on_memory_unless_somebody_saw_that_it_was_not(bool? outOfMemory, string code) =>
        Assert.Equal(code, TaskReasons.Of("web", Task(TaskState.Failed, "task: non-zero exit (137)", 137), outOfMemory).Code);

    [Theory]
    [InlineData(false, TaskState.Rejected, "cannot create a swarm scoped network when swarm is not active")]
    [InlineData(true, TaskState.Rejected, "No such image: hostingpanel/web:1")]
    [InlineData(true, TaskState.Failed, "task: non-zero exit (1): swarm is not active")]
    [InlineData(false, TaskState.Running, null)]
    public void A_task_that_met_an_engine_in_its_start_has_not_failed(bool failed, TaskState state, string? error) =>
        Assert.Equal(failed, TaskFacts.Failed(Task(state, error, 0)));

    [Fact]
    public void A_service_without_a_task_has_not_been_scheduled() => Assert.Equal("not-scheduled", TaskReasons.Of("web", null).Code);

    private static SwarmTask Task(TaskState state, string? error, int exitCode) =>
        new()
        {
            Id = "task",
            Version = new ObjectVersion(),
            Spec = new TaskSpec(),
            DesiredState = TaskState.Running,
            Status = new SwarmTaskStatus
            {
                State = state,
                Err = error,
                ContainerStatus = new ContainerStatus { ExitCode = exitCode },
            },
        };
}
