using System.Text.Json;
using System.Text.Json.Nodes;
using HostingPanel.Docker;
using HostingPanel.Docker.Json;
using HostingPanel.Platform;
using HostingPanel.Worker.Swarm;
using NetworkAttachment = HostingPanel.Platform.NetworkAttachment;

namespace HostingPanel.Tests.Worker;

/// <summary>Whatever somebody changes about a service by hand is seen: every value of its spec, generated from the spec itself.</summary>
public sealed class SpecComparisonTests
{
    private static readonly Dictionary<string, string> Networks = new(StringComparer.Ordinal)
    {
        ["id-of-hp-a"] = "hp-a",
        ["id-of-front"] = "hp-front",
    };

    /// <summary>Every value in the spec as the engine would answer it, by its path.</summary>
    public static TheoryData<string> Leaves()
    {
        var data = new TheoryData<string>();
        // By its name it is found; who made it is no matter.
        foreach (
            var path in LeavesOf(AsFound()).Where(path => path != "Name" && !path.Contains(Labels.Operation, StringComparison.Ordinal))
        )
        {
            data.Add(path);
        }

        return data;
    }

    [Fact]
    public void What_the_engine_adds_and_who_made_it_are_no_differences()
    {
        var found = AsFound();
        found["RollbackConfig"] = new JsonObject { ["Parallelism"] = 1, ["FailureAction"] = "pause" };
        var container = found["TaskTemplate"]!["ContainerSpec"]!;
        container["Isolation"] = "default";
        container["Hosts"] = new JsonArray();
        found["TaskTemplate"]!["RestartPolicy"]!["MaxAttempts"] = 0;
        found["UpdateConfig"]!["MaxFailureRatio"] = 0;
        found["Labels"]![Labels.Operation] = "another";
        container["Labels"]![Labels.Operation] = "another";
        Assert.Empty(SpecComparison.Differences(Wanted(), Read(found), Networks));
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Every_value_that_is_changed_is_seen(string path)
    {
        var found = AsFound();
        var leaf = At(found, path);
        leaf.ReplaceWith(
            leaf.GetValueKind() switch
            {
                JsonValueKind.Number => (JsonNode)(leaf.GetValue<long>() + 1_000_000),
                JsonValueKind.True => false,
                JsonValueKind.False => true,
                _ => Other(path, leaf.GetValue<string>()),
            }
        );
        Assert.NotEmpty(SpecComparison.Differences(Wanted(), Read(found), Networks));
    }

    [Theory]
    [InlineData("TaskTemplate.ContainerSpec.Mounts")]
    [InlineData("TaskTemplate.ContainerSpec.Secrets")]
    [InlineData("TaskTemplate.ContainerSpec.Env")]
    [InlineData("TaskTemplate.Networks")]
    [InlineData("TaskTemplate.Placement.Constraints")]
    [InlineData("TaskTemplate.ContainerSpec.CapabilityDrop")]
    [InlineData("TaskTemplate.ContainerSpec.HealthCheck.Test")]
    public void Something_taken_out_of_a_list_is_seen(string path)
    {
        var found = AsFound();
        At(found, path).AsArray().RemoveAt(0);
        Assert.NotEmpty(SpecComparison.Differences(Wanted(), Read(found), Networks));
    }

    [Fact]
    public void A_network_that_was_made_anew_under_its_name_is_another_one()
    {
        var remade = new Dictionary<string, string>(StringComparer.Ordinal) { ["new-id"] = "hp-a", ["id-of-front"] = "hp-front" };
        Assert.Equal(["networks"], SpecComparison.Differences(Wanted(), Read(AsFound()), remade));
    }

    [Fact]
    public void Containers_that_are_right_keep_the_label_of_who_made_them()
    {
        var found = AsFound();
        found["Mode"]!["Replicated"]!["Replicas"] = 3;
        found["TaskTemplate"]!["ContainerSpec"]!["Labels"]![Labels.Operation] = "before";
        var spec = SpecComparison.WithoutNeedlessReplacement(Wanted(), Read(found), Networks);
        Assert.Equal("before", spec.TaskTemplate.ContainerSpec!.Labels![Labels.Operation]);

        found["TaskTemplate"]!["ContainerSpec"]!["Image"] = "other";
        spec = SpecComparison.WithoutNeedlessReplacement(Wanted(), Read(found), Networks);
        Assert.NotEqual("before", spec.TaskTemplate.ContainerSpec!.Labels![Labels.Operation]);
    }

    private static JsonNode Other(string path, string text) =>
        path switch
        {
            // What the engine chooses between can only become another choice.
            _ when path.EndsWith("Order", StringComparison.Ordinal) => "start-first",
            _ when path.EndsWith("FailureAction", StringComparison.Ordinal) => "rollback",
            _ when path.EndsWith("Condition", StringComparison.Ordinal) => "none",
            _ when path.EndsWith("EndpointSpec.Mode", StringComparison.Ordinal) => "vip",
            _ when path.EndsWith("Type", StringComparison.Ordinal) => "bind",
            _ => text + "x",
        };

    private static IEnumerable<string> LeavesOf(JsonNode? node, string path = "") =>
        node switch
        {
            JsonObject parent => parent.SelectMany(child => LeavesOf(child.Value, $"{path}/{child.Key}")),
            JsonArray items => items.SelectMany((item, index) => LeavesOf(item, $"{path}/{index}")),
            null => [],
            _ => [path.TrimStart('/')],
        };

    private static JsonNode At(JsonNode root, string path)
    {
        var separator = path.Contains('/', StringComparison.Ordinal) ? '/' : '.';
        return path.Split(separator).Aggregate(root, (node, part) => node is JsonArray items ? items[int.Parse(part, null)]! : node[part]!);
    }

    /// <summary>As the engine answers it: networks by id.</summary>
    private static JsonNode AsFound()
    {
        var found = JsonSerializer.SerializeToNode(Wanted(), DockerJsonContext.Default.ServiceSpec)!;
        found["TaskTemplate"]!["Networks"]![0]!["Target"] = "id-of-hp-a";
        found["TaskTemplate"]!["Networks"]![1]!["Target"] = "id-of-front";
        return found;
    }

    private static ServiceSpec Read(JsonNode found) => found.Deserialize(DockerJsonContext.Default.ServiceSpec)!;

    private static ServiceSpec Wanted() =>
        new SpecBuilder("hp", "node1").Service(
            new ServiceDefinition
            {
                Name = "hp-a-web",
                Service = "web",
                Generation = 7,
                Container = new ContainerDefinition
                {
                    Image = "hostingpanel/wordpress:1",
                    Owner = new Ownership(
                        Guid.Parse("22222222-2222-2222-2222-222222222222"),
                        null,
                        Guid.Parse("66666666-6666-6666-6666-666666666666")
                    ),
                    Command = ["serve", "--all"],
                    User = "33:33",
                    Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1", ["B"] = "2" },
                    Limits = new ResourceLimits(1 << 28, 1_000_000_000, 100),
                    Secrets = [new SecretMount("s", "gateway-key", 33, 33)],
                    Volumes = [new VolumeMount("hp-x-content", Guid.Parse("33333333-3333-3333-3333-333333333333"), "/data")],
                    Tmpfs = [new TmpfsMount("/tmp", 1 << 20)],
                    Capabilities = ["CHOWN"],
                    Health = new HealthCheckDefinition(
                        ["true", "-v"],
                        TimeSpan.FromSeconds(5),
                        TimeSpan.FromSeconds(2),
                        3,
                        TimeSpan.FromSeconds(9)
                    ),
                    Networks = [new NetworkAttachment("hp-a", ["web"]), new NetworkAttachment("hp-front", [])],
                },
            },
            new Dictionary<string, string>(StringComparer.Ordinal) { ["s"] = "id-of-s" }
        );
}
