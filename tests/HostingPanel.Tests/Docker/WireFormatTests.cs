using System.Text.Json;
using HostingPanel.Docker;
using HostingPanel.Docker.Json;

namespace HostingPanel.Tests.Docker;

public sealed class WireFormatTests
{
    [Fact]
    public void A_service_is_written_in_the_engines_own_names()
    {
        var spec = new ServiceSpec
        {
            Name = "hp-x-web",
            Labels = new Dictionary<string, string> { ["hp.site"] = "x" },
            TaskTemplate = new TaskSpec
            {
                ContainerSpec = new ContainerSpec
                {
                    Image = "i@sha256:1",
                    Env = ["A=$ # ' \" \\ \n = ü 🐘"],
                    Tty = false,
                    Init = true,
                    ReadOnly = true,
                    StopGracePeriod = TimeSpan.FromSeconds(30),
                    Mounts =
                    [
                        new Mount
                        {
                            Target = "/data",
                            Source = "v",
                            VolumeOptions = new VolumeOptions { NoCopy = true },
                        },
                        new Mount
                        {
                            Target = "/tmp",
                            Type = MountType.Tmpfs,
                            TmpfsOptions = new TmpfsOptions
                            {
                                SizeBytes = 1024,
                                Mode = UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111,
                            },
                        },
                    ],
                    HealthCheck = new HealthConfig
                    {
                        Test = ["CMD", "true"],
                        Interval = TimeSpan.FromMilliseconds(1.5),
                        Retries = 3,
                    },
                    DnsConfig = new DnsConfig { Nameservers = ["127.0.0.1"] },
                    Secrets =
                    [
                        new SecretReference
                        {
                            SecretId = "s1",
                            SecretName = "n",
                            File = new FileTarget
                            {
                                Name = "f",
                                Uid = "33",
                                Mode = UnixFileMode.UserRead,
                            },
                        },
                    ],
                    CapabilityDrop = ["ALL"],
                },
                Resources = new ResourceRequirements
                {
                    Limits = new ResourceLimit
                    {
                        NanoCpus = 500_000_000,
                        MemoryBytes = 1,
                        Pids = 5,
                    },
                },
                RestartPolicy = new RestartPolicy { Condition = RestartCondition.OnFailure, MaxAttempts = 0 },
                Placement = new Placement { Constraints = ["node.id==n"] },
                Networks = [new NetworkAttachmentConfig { Target = "net", Aliases = ["db"] }],
            },
            Mode = ServiceMode.JobOnce(),
            UpdateConfig = new UpdateConfig { Order = UpdateOrder.StartFirst, FailureAction = UpdateFailureAction.Rollback },
            EndpointSpec = new EndpointSpec
            {
                Mode = EndpointMode.Dnsrr,
                Ports =
                [
                    new EndpointPortConfig
                    {
                        TargetPort = 80,
                        PublishedPort = 8080,
                        PublishMode = PortPublishMode.Host,
                    },
                ],
            },
        };

        using var json = JsonDocument.Parse(JsonSerializer.Serialize(spec, DockerJsonContext.Default.ServiceSpec));

        var expected = """
            {"Name":"hp-x-web","Labels":{"hp.site":"x"},
             "TaskTemplate":{
               "ContainerSpec":{"Image":"i@sha256:1","Env":["A=$ # ' \" \\ \n = ü 🐘"],"TTY":false,"ReadOnly":true,
                 "Mounts":[{"Target":"/data","Source":"v","Type":"volume","ReadOnly":false,"VolumeOptions":{"NoCopy":true}},
                           {"Target":"/tmp","Type":"tmpfs","ReadOnly":false,"TmpfsOptions":{"SizeBytes":1024,"Mode":1023}}],
                 "StopGracePeriod":30000000000,
                 "HealthCheck":{"Test":["CMD","true"],"Interval":1500000,"Retries":3},
                 "DNSConfig":{"Nameservers":["127.0.0.1"]},
                 "Secrets":[{"File":{"Name":"f","UID":"33","GID":"0","Mode":256},"SecretID":"s1","SecretName":"n"}],
                 "Init":true,"CapabilityDrop":["ALL"]},
               "Resources":{"Limits":{"NanoCPUs":500000000,"MemoryBytes":1,"Pids":5}},
               "RestartPolicy":{"Condition":"on-failure","MaxAttempts":0},
               "Placement":{"Constraints":["node.id==n"]},
               "ForceUpdate":0,
               "Networks":[{"Target":"net","Aliases":["db"]}]},
             "Mode":{"ReplicatedJob":{"MaxConcurrent":1,"TotalCompletions":1}},
             "UpdateConfig":{"Parallelism":1,"FailureAction":"rollback","Order":"start-first"},
             "EndpointSpec":{"Mode":"dnsrr","Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"host"}]}}
            """;
        using var wanted = JsonDocument.Parse(expected);
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, json.RootElement), json.RootElement.GetRawText());
    }

    [Fact]
    public void A_spec_that_was_read_is_written_again_unchanged()
    {
        var spec = """
            {"Name":"x","TaskTemplate":{"ContainerSpec":{"Image":"i","Mounts":[{"Target":"/t","Type":"tmpfs","ReadOnly":true}]},"ForceUpdate":3},
             "Mode":{"Replicated":{"Replicas":0}},"RollbackConfig":{"Parallelism":0,"Delay":5,"Order":"stop-first"}}
            """.Replace("\"Delay\":5", "\"Delay\":500", StringComparison.Ordinal);

        var read = JsonSerializer.Deserialize(spec, DockerJsonContext.Default.ServiceSpec)!;
        using var written = JsonDocument.Parse(JsonSerializer.Serialize(read, DockerJsonContext.Default.ServiceSpec));

        using var wanted = JsonDocument.Parse(spec);
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, written.RootElement), written.RootElement.GetRawText());
    }

    [Theory]
    [InlineData("running", TaskState.Running)]
    [InlineData("orphaned", TaskState.Orphaned)]
    [InlineData("hibernating", TaskState.Unknown)]
    [InlineData("", TaskState.Unknown)]
    public void A_state_that_a_newer_engine_invented_is_unknown_and_nothing_worse(string word, TaskState state)
    {
        var task = JsonSerializer.Deserialize(
            $$"""{"ID":"t","Version":{"Index":1},"Spec":{},"Status":{"State":"{{word}}"},"Labels":null,"NetworksAttachments":null}""",
            DockerJsonContext.Default.SwarmTask
        );

        Assert.Equal(state, task!.Status.State);
        Assert.Empty(task.Labels);
        Assert.Empty(task.NetworksAttachments);
    }

    [Theory]
    [InlineData("rollback_started", UpdateState.RollbackStarted)]
    [InlineData("completed", UpdateState.Completed)]
    public void The_states_of_an_update_are_read(string word, UpdateState state)
    {
        var json =
            $$"""{"ID":"s","Version":{"Index":1},"Spec":{"Name":"x","TaskTemplate":{} },"UpdateStatus":{"State":"{{word}}","CompletedAt":null} }""";

        var service = JsonSerializer.Deserialize(json, DockerJsonContext.Default.SwarmService)!;

        Assert.Equal(state, service.UpdateStatus!.State);
        Assert.Null(service.UpdateStatus.CompletedAt);
        Assert.Null(service.UpdateStatus.StartedAt);
    }

    [Fact]
    public void An_unknown_state_is_never_sent()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Filters.DesiredState(TaskState.Unknown));
        Assert.Throws<JsonException>(() =>
            JsonSerializer.Serialize(
                new ServiceSpec
                {
                    Name = "x",
                    TaskTemplate = new TaskSpec(),
                    EndpointSpec = new EndpointSpec { Mode = EndpointMode.Unknown },
                },
                DockerJsonContext.Default.ServiceSpec
            )
        );
    }

    [Theory]
    [InlineData("\"0001-01-01T00:00:00Z\"")]
    [InlineData("\"0001-01-01T00:00:00+01:00\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void Gos_ways_to_say_never_are_null(string time)
    {
        var state = ReadState($$"""{"StartedAt":{{time}}}""");

        Assert.Null(state.StartedAt);
        Assert.Null(state.FinishedAt);
    }

    [Fact]
    public void Times_have_nine_decimals_and_any_offset()
    {
        var state = ReadState("""{"StartedAt":"2024-05-06T09:08:09.123456789+02:00"}""");

        Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1_234_567), state.StartedAt);
    }

    [Fact]
    public void Missing_and_null_lists_are_empty()
    {
        var info = JsonSerializer.Deserialize("""{"Warnings":null,"Swarm":null}""", DockerJsonContext.Default.SystemInfo)!;

        Assert.Empty(info.Warnings);
        Assert.Empty(info.SecurityOptions);
        Assert.Equal(LocalNodeState.Unknown, info.Swarm.LocalNodeState);
        Assert.Empty(JsonSerializer.Deserialize("{}", DockerJsonContext.Default.DiskUsage)!.Volumes);
    }

    [Fact]
    public void Secrets_are_not_in_what_is_printed()
    {
        object[] things =
        [
            new RegistryAuth { Username = "u", Password = "canary" },
            new SecretSpec { Name = "s", Data = "canary"u8.ToArray() },
            new SwarmSecret
            {
                Id = "i",
                Version = new ObjectVersion(),
                Spec = new SecretSpec { Name = "s", Data = "canary"u8.ToArray() },
            },
            new SwarmJoinRequest { RemoteAddrs = ["a"], JoinToken = "canary" },
            new JoinTokens { Worker = "canary", Manager = "canary" },
            new SwarmInspectResponse
            {
                Id = "i",
                Version = new ObjectVersion(),
                JoinTokens = new JoinTokens { Worker = "canary" },
            },
        ];

        Assert.All(things, thing => Assert.DoesNotContain("canary", thing.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"usage":100,"stats":{"inactive_file":30}}""", 70)]
    [InlineData("""{"usage":100,"stats":{"total_inactive_file":20,"inactive_file":30}}""", 80)]
    [InlineData("""{"usage":100}""", 100)]
    [InlineData("""{"usage":100,"stats":{"inactive_file":130}}""", 100)]
    public void The_working_set_leaves_out_the_file_cache_that_could_go(string memory, ulong expected)
    {
        var stats = JsonSerializer.Deserialize($$"""{"memory_stats":{{memory}} }""", DockerJsonContext.Default.ContainerStats)!;

        Assert.Equal(expected, stats.Memory!.WorkingSet);
    }

    private static ContainerState ReadState(string state) =>
        JsonSerializer
            .Deserialize($$"""{"Id":"c","Config":{},"State":{{state}} }""", DockerJsonContext.Default.ContainerInspectResponse)!
            .State;
}
