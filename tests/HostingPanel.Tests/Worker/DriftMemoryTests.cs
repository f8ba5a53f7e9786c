using HostingPanel.Docker;
using HostingPanel.Worker.Swarm;

namespace HostingPanel.Tests.Worker;

/// <summary>Nothing is compared twice that can't have changed, and everything that can.</summary>
public sealed class DriftMemoryTests
{
    private readonly DriftMemory _memory = new();
    private int _compared;

    [Fact]
    public void While_nothing_has_changed_the_last_answer_stands()
    {
        Assert.Equal(["image 1"], Ask(Service(), "hash", "ids"));
        Assert.Equal(["image 1"], Ask(Service(), "hash", "ids"));
        Assert.Equal(1, _compared);
    }

    [Theory]
    [InlineData("service", 8ul, "hash", "ids")]
    [InlineData("service", 7ul, "other", "ids")]
    [InlineData("service", 7ul, "hash", "others")]
    [InlineData("another", 7ul, "hash", "ids")]
    public void A_change_of_either_side_or_of_what_they_name_is_compared(string id, ulong version, string hash, string surroundings)
    {
        Ask(Service(), "hash", "ids");
        Assert.Equal(["image 2"], Ask(Service(id, version), hash, surroundings));
    }

    [Fact]
    public void A_service_that_went_is_forgotten()
    {
        Ask(Service(), "hash", "ids");
        _memory.Forget([Service()]);
        Ask(Service(), "hash", "ids");
        _memory.Forget([Service("another")]);
        Ask(Service(), "hash", "ids");
        Assert.Equal(2, _compared);
    }

    [Fact]
    public void The_surroundings_are_the_ids_behind_the_names_in_whatever_order()
    {
        var (one, two) = (Secret("id-1", "a"), Secret("id-2", "b"));
        Assert.Equal(DriftMemory.SurroundingsOf([], [one, two]), DriftMemory.SurroundingsOf([], [two, one]));
        Assert.NotEqual(DriftMemory.SurroundingsOf([], [one, two]), DriftMemory.SurroundingsOf([], [one, Secret("id-3", "b")]));
        Assert.NotEqual(DriftMemory.SurroundingsOf([], [one]), DriftMemory.SurroundingsOf([], []));
    }

    private IReadOnlyList<string> Ask(SwarmService service, string hash, string surroundings) =>
        _memory.Of(service, hash, surroundings, () => [$"image {++_compared}"]);

    private static SwarmService Service(string id = "service", ulong version = 7) =>
        new()
        {
            Id = id,
            Version = new ObjectVersion { Index = version },
            Spec = new ServiceSpec { Name = "hp-a-web", TaskTemplate = new TaskSpec() },
        };

    private static SwarmSecret Secret(string id, string name) =>
        new()
        {
            Id = id,
            Version = new ObjectVersion(),
            Spec = new SecretSpec { Name = name },
        };
}
