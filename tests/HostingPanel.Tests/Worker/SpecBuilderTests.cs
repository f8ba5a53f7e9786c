using HostingPanel.Docker;
using HostingPanel.Platform;
using HostingPanel.Worker.Swarm;
using NetworkAttachment = HostingPanel.Platform.NetworkAttachment;

namespace HostingPanel.Tests.Worker;

/// <summary>Abuse cases 2 and 4: what a definition says arrives byte for byte, and nothing else can be said.</summary>
public sealed class SpecBuilderTests
{
    private static readonly Guid Operation = new("01a2061a-56c0-7d80-9396-1b2280d41905");
    private static readonly SpecBuilder Builder = new("hp", "node1");
    private static readonly Dictionary<string, string> Secrets = new(StringComparer.Ordinal) { ["s"] = "id-of-s" };

    [Fact]
    public void A_service_of_a_site_has_no_way_to_the_node()
    {
        var spec = Builder.Service(Definition(), Secrets);
        var container = spec.TaskTemplate.ContainerSpec!;
        Assert.All(container.Mounts!, mount => Assert.True(mount.Type is MountType.Volume or MountType.Tmpfs));
        Assert.All(container.Mounts!, mount => Assert.Null(mount.VolumeOptions?.DriverConfig));
        Assert.Equal(["ALL"], container.CapabilityDrop);
        Assert.Empty(container.CapabilityAdd!);
        Assert.Null(spec.EndpointSpec!.Ports);
        Assert.Null(container.Privileges);
        Assert.Equal(["node.id==node1"], spec.TaskTemplate.Placement!.Constraints);
        Assert.True(container.ReadOnly);
    }

    [Theory]
    [InlineData("SYS_ADMIN")]
    [InlineData("ALL")]
    [InlineData("NET_RAW")]
    [InlineData("")]
    public void A_capability_outside_the_list_is_refused(string capability) =>
        Refuses(container => container with { Capabilities = [capability] });

    [Theory]
    [InlineData("/var/run/docker.sock")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("a,device=/etc")]
    public void A_volume_whose_name_is_a_path_or_an_option_is_refused(string name) =>
        Refuses(container => container with { Volumes = [new VolumeMount(name, Guid.Empty, "/data")] });

    [Theory]
    [InlineData("data")]
    [InlineData("/data/../etc")]
    [InlineData("/da ta")]
    [InlineData("/data=x")]
    [InlineData("/data\n")]
    public void A_mount_point_that_would_confuse_is_refused(string path) =>
        Refuses(container => container with { Volumes = [new VolumeMount("v", Guid.Empty, path)] });

    [Theory]
    [InlineData("plain")]
    [InlineData("$HOME # ' \" \\ `id`")]
    [InlineData("two\nlines = and more")]
    [InlineData("Über 日本語 😀")]
    [InlineData("")]
    public void An_environment_value_goes_as_it_is(string value)
    {
        var container = Definition().Container with { Environment = new Dictionary<string, string> { ["X"] = value } };
        var spec = Builder.Service(Definition() with { Container = container }, Secrets);
        Assert.Contains($"X={value}", spec.TaskTemplate.ContainerSpec!.Env!);
    }

    [Fact]
    public void A_value_that_looks_like_a_template_is_kept_from_being_expanded()
    {
        var container = Definition().Container with { Environment = new Dictionary<string, string> { ["X"] = "{{.Service.Name}}" } };
        var spec = Builder.Service(Definition() with { Container = container }, Secrets);
        Assert.Contains("X={{\"{{\"}}.Service.Name}}", spec.TaskTemplate.ContainerSpec!.Env!);
    }

    [Fact]
    public void The_fingerprint_sees_every_change_but_not_which_operation_made_it()
    {
        var definition = Definition();
        var hash = Builder.HashOf(definition);
        var other = definition.Container with
        {
            Owner = definition.Container.Owner with { OperationId = Guid.Parse("11111111-1111-1111-1111-111111111111") },
        };
        Assert.Equal(hash, Builder.HashOf(definition with { Container = other }));
        Assert.NotEqual(hash, Builder.HashOf(definition with { Replicas = 0 }));
        Assert.NotEqual(hash, Builder.HashOf(definition with { Generation = 1 }));
        Assert.NotEqual(hash, Builder.HashOf(definition with { Container = definition.Container with { Image = "other" } }));
        Assert.NotEqual(
            hash,
            Builder.HashOf(
                definition with
                {
                    Container = definition.Container with { Environment = new Dictionary<string, string> { ["X"] = "y" } },
                }
            )
        );
    }

    [Fact]
    public void A_job_runs_once_and_has_the_same_walls()
    {
        var spec = Builder.Job(
            new JobDefinition("job", Operation, Definition().Container with { Command = ["php", "-r", "$(id)"] }, TimeSpan.FromMinutes(1)),
            Secrets
        );
        Assert.NotNull(spec.Mode!.ReplicatedJob);
        Assert.Equal(["php", "-r", "$(id)"], spec.TaskTemplate.ContainerSpec!.Args);
        Assert.Null(spec.TaskTemplate.ContainerSpec.Command);
        Assert.Equal(["ALL"], spec.TaskTemplate.ContainerSpec.CapabilityDrop);
        Assert.All(spec.TaskTemplate.ContainerSpec.Mounts!, mount => Assert.NotEqual(MountType.Bind, mount.Type));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_job_that_steps_back_is_told_so_by_the_entry_point(bool stepsBack)
    {
        var container = Definition().Container with { Environment = new Dictionary<string, string> { ["HP_TAGS"] = "a" } };
        var spec = Builder.Job(new JobDefinition("job", Operation, container, TimeSpan.FromMinutes(1)) { StepsBack = stepsBack }, Secrets);
        var environment = spec.TaskTemplate.ContainerSpec!.Env!;
        Assert.Contains("HP_TAGS=a", environment);
        Assert.Equal(stepsBack, environment.Contains("HP_STEPS_BACK=yes"));
    }

    [Fact]
    public void A_container_that_joins_no_network_joins_the_one_that_leads_nowhere()
    {
        var alone = Definition().Container with { Networks = [] };
        var job = Builder.Job(new JobDefinition("job", Operation, alone, TimeSpan.FromMinutes(1)), Secrets);
        Assert.Equal("hp-jobs", Assert.Single(job.TaskTemplate.Networks!).Target);
        var service = Builder.Service(Definition() with { Container = alone }, Secrets);
        Assert.Equal("hp-jobs", Assert.Single(service.TaskTemplate.Networks!).Target);
    }

    [Theory]
    [InlineData("host")]
    [InlineData("bridge")]
    [InlineData("ingress")]
    [InlineData("docker_gwbridge")]
    public void The_engines_own_networks_are_refused(string network) =>
        Refuses(container => container with { Networks = [new NetworkAttachment(network, [])] });

    [Fact]
    public void Nothing_is_allowed_more_processors_than_the_machine_has()
    {
        var one = Definition();
        var greedy = one with { Container = one.Container with { Limits = new ResourceLimits(1 << 28, 2_000_000_000, 100) } };
        long? CpusOn(int processors) =>
            new SpecBuilder("hp", "node1", processors: processors).Service(greedy, Secrets).TaskTemplate.Resources!.Limits!.NanoCpus;
        Assert.Equal(1_000_000_000, CpusOn(1));
        Assert.Equal(2_000_000_000, CpusOn(2));
        Assert.Equal(2_000_000_000, CpusOn(64));
    }

    [Fact]
    public void Only_the_panels_own_tools_may_read_and_write_what_belongs_to_others()
    {
        var container = Definition().Container with { Image = "toolbox:1", Secrets = [], Capabilities = ToolCapabilities.Allowed };
        var tools = new SpecBuilder("hp", "node1", "toolbox:1");
        var tool = new JobDefinition("job", Operation, container, TimeSpan.FromMinutes(1)) { IsTool = true };
        Assert.Contains("CAP_DAC_READ_SEARCH", tools.Job(tool, Secrets).TaskTemplate.ContainerSpec!.CapabilityAdd!);
        Assert.DoesNotContain("CAP_SYS_ADMIN", tools.Job(tool, Secrets).TaskTemplate.ContainerSpec!.CapabilityAdd!);

        void Throws(Action act) => Assert.Throws<InvalidOperationException>(act);
        Throws(() => tools.Job(tool with { IsTool = false }, Secrets));
        Throws(() => tools.Job(tool with { Container = container with { Image = "wordpress:1" } }, Secrets));
        Throws(() => Builder.Job(tool, Secrets));
        Throws(() => tools.Job(tool with { Container = container with { Capabilities = ["SYS_ADMIN"] } }, Secrets));
    }

    [Fact]
    public void A_job_that_only_looks_starts_on_volumes_without_a_marker_and_no_other_does()
    {
        var job = new JobDefinition("job", Operation, Definition().Container, TimeSpan.FromMinutes(1));
        Assert.Contains(Builder.Job(job, Secrets).TaskTemplate.ContainerSpec!.Env!, IsCheck);
        var looking = Builder.Job(job with { ComparesMarkers = false }, Secrets);
        Assert.DoesNotContain(looking.TaskTemplate.ContainerSpec!.Env!, IsCheck);

        static bool IsCheck(string variable) => variable.StartsWith("HP_VOLUMES=", StringComparison.Ordinal);
    }

    private static void Refuses(Func<ContainerDefinition, ContainerDefinition> change) =>
        Assert.Throws<InvalidOperationException>(() =>
            Builder.Service(Definition() with { Container = change(Definition().Container) }, Secrets)
        );

    private static ServiceDefinition Definition() =>
        new()
        {
            Name = "hp-a-web",
            Service = "web",
            Container = new ContainerDefinition
            {
                Image = "hostingpanel/wordpress:1",
                Owner = new Ownership(Guid.Parse("22222222-2222-2222-2222-222222222222"), null),
                Limits = new ResourceLimits(1 << 28, 1_000_000_000, 100),
                Secrets = [new SecretMount("s", "gateway-key", 33, 33)],
                Volumes = [new VolumeMount("hp-x-content", Guid.Parse("33333333-3333-3333-3333-333333333333"), "/var/www/html/wp-content")],
                Tmpfs = [new TmpfsMount("/tmp", 1 << 20)],
                Networks = [new NetworkAttachment("hp-a", ["web"]), new NetworkAttachment("hp-front", [])],
            },
        };
}
