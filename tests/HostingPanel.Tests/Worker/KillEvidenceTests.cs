using HostingPanel.Docker;
using HostingPanel.Worker.Swarm;

namespace HostingPanel.Tests.Worker;

/// <summary>Who killed a container is told while it happens.</summary>
public sealed class KillEvidenceTests
{
    private static readonly SwarmTask Killed = new()
    {
        Id = "task",
        Version = new ObjectVersion(),
        Spec = new TaskSpec(),
        Status = new SwarmTaskStatus { State = TaskState.Failed },
    };

    [Theory]
    [InlineData(null)]
    [InlineData(null, "start")]
    [InlineData(true, "oom", "die")]
    [InlineData(false, "kill", "die")]
    [InlineData(true, "oom", "kill")]
    [InlineData(true, "kill", "oom")]
    public async Task A_kill_for_memory_is_told_from_one_by_hand(bool? outOfMemory, params string[] actions)
    {
        await using var docker = new DockerClient(new DockerClientOptions());
        var evidence = new KillEvidence(docker);
        foreach (var action in actions)
        {
            evidence.Notice(Event("container", action));
        }

        Assert.Equal(outOfMemory, evidence.Of(Killed));
    }

    [Fact]
    public async Task What_the_engine_has_forgotten_is_forgotten_here()
    {
        await using var docker = new DockerClient(new DockerClientOptions());
        var evidence = new KillEvidence(docker);
        evidence.Notice(Event("container", "oom"));
        evidence.Notice(Event("service", "oom"));
        evidence.Forget([Killed]);
        Assert.True(evidence.Of(Killed));
        evidence.Forget([]);
        Assert.Null(evidence.Of(Killed));
    }

    private static EventMessage Event(string type, string action) =>
        new()
        {
            Type = type,
            Action = action,
            Actor = new EventActor
            {
                Attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["com.docker.swarm.task.id"] = "task" },
            },
        };
}
