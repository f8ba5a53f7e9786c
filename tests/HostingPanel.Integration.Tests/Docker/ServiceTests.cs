using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Docker;

[Collection(DockerEngineTests.Name)]
public sealed class ServiceTests(DockerEngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DockerClient Client => engine.Client;

    [Fact]
    public async Task A_service_runs_is_updated_in_sequence_and_removed()
    {
        engine.RequireSwarm();
        var spec = Spec("service", "echo serving; while :; do sleep 0.05; done") with { Mode = ServiceMode.Replicas(1) };
        var created = await Client.Services.CreateAsync(spec, Token);
        var task = await TaskInAsync(created.Id, TaskState.Running);

        var service = await Client.Services.InspectAsync(spec.Name, Token);
        Assert.Equal(created.Id, service.Id);
        Assert.Equal(EndpointMode.Dnsrr, service.Spec.EndpointSpec!.Mode);
        Assert.NotNull(task.Status.ContainerStatus!.ContainerId);
        await Assert.ThrowsAsync<DockerConflictException>(() => Client.Services.CreateAsync(spec, Token));

        var stopped = spec with { Mode = ServiceMode.Replicas(0) };
        Assert.Empty(await Client.Services.UpdateAsync(service.Id, service.Version, stopped, Token));
        await Assert.ThrowsAsync<UpdateOutOfSequenceException>(() => Client.Services.UpdateAsync(service.Id, service.Version, spec, Token));
        var counted = Assert.Single(await Client.Services.ListAsync(engine.Mine & Filters.Name(spec.Name), status: true, Token));
        Assert.Equal(0UL, counted.ServiceStatus!.DesiredTasks);
        Assert.Equal(1UL, counted.PreviousSpec!.Mode!.Replicated!.Replicas);

        await Client.Services.RemoveAsync(service.Id, Token);
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Client.Services.InspectAsync(service.Id, Token));
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Client.Services.RemoveAsync(service.Id, Token));
    }

    [Fact]
    public async Task A_job_runs_once_with_its_secret_volume_and_network_and_leaves_its_log()
    {
        engine.RequireSwarm();
        var mine = await SecretAsync("mine", uid: "33");
        var roots = await SecretAsync("roots", uid: "0");
        var network = await Client.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = engine.Name("job"),
                Driver = "overlay",
                Internal = true,
                Labels = engine.Labels,
            },
            Token
        );
        var volume = engine.Name("job");
        await Client.Volumes.CreateAsync(new VolumeCreateRequest { Name = volume, Labels = engine.Labels }, Token);
        var spec = Spec(
            "job",
            "cat /run/secrets/mine; [ -r /run/secrets/roots ] && echo readable; echo \"$V\"; echo warn >&2; [ -d /data ] && echo mounted"
        );
        spec = spec with
        {
            Mode = ServiceMode.JobOnce(),
            TaskTemplate = spec.TaskTemplate with
            {
                Networks = [new NetworkAttachmentConfig { Target = network.Id, Aliases = ["job"] }],
                ContainerSpec = spec.TaskTemplate.ContainerSpec! with
                {
                    User = "33:33",
                    Env = ["V=$x # ' \" = ü"],
                    CapabilityDrop = ["ALL"],
                    Mounts = [new Mount { Source = volume, Target = "/data" }],
                    Secrets = [mine, roots],
                },
            },
        };

        var created = await Client.Services.CreateAsync(spec, Token);
        var task = await TaskInAsync(created.Id, TaskState.Complete);

        Assert.Equal(0, task.Status.ContainerStatus!.ExitCode);
        Assert.Contains(task.NetworksAttachments, attachment => attachment.Network?.Id == network.Id && attachment.Addresses.Count == 1);
        Assert.NotNull(task.JobIteration);
        var expected = new[] { "Stdout s3cret", "Stdout $x # ' \" = ü", "Stdout mounted", "Stderr warn" };
        var options = new LogOptions { Details = true, Timestamps = true };
        var lines = await ReadAsync(Client.Services.LogsAsync(created.Id, options, Token));
        Assert.Equal(expected.Order(), lines.Select(line => $"{line.Stream} {line.Text}").Order());
        Assert.All(lines, line => Assert.Equal(task.Id, line.Details["com.docker.swarm.task.id"]));
        Assert.All(lines, line => Assert.True(line.Timestamp > task.CreatedAt.AddSeconds(-1)));
        Assert.Equal(expected.Length, (await ReadAsync(Client.Tasks.LogsAsync(task.Id, new LogOptions(), Token))).Count);
        await Assert.ThrowsAsync<DockerInUseException>(() => Client.Secrets.RemoveAsync(mine.SecretId, Token));
        await Client.Services.RemoveAsync(created.Id, Token);
    }

    [Fact]
    public async Task A_failed_job_says_its_exit_code_and_is_not_tried_again()
    {
        engine.RequireSwarm();
        var spec = Spec("failing", "echo why >&2; exit 9") with { Mode = ServiceMode.JobOnce() };

        var created = await Client.Services.CreateAsync(spec, Token);
        var task = await TaskInAsync(created.Id, TaskState.Failed);

        Assert.Equal(9, task.Status.ContainerStatus!.ExitCode);
        Assert.Contains("non-zero exit (9)", task.Status.Err, StringComparison.Ordinal);
        Assert.Equal("why", Assert.Single(await ReadAsync(Client.Tasks.LogsAsync(task.Id, new LogOptions(), Token))).Text);
        Assert.Single(await Client.Tasks.ListAsync(Filters.Service(created.Id), Token));
        await Client.Services.RemoveAsync(created.Id, Token);
    }

    [Fact]
    public async Task A_task_that_cannot_be_made_is_rejected_with_the_reason()
    {
        engine.RequireSwarm();
        var spec = Spec("rejected", "");
        spec = spec with
        {
            Mode = ServiceMode.JobOnce(),
            TaskTemplate = spec.TaskTemplate with
            {
                ContainerSpec = spec.TaskTemplate.ContainerSpec! with { Image = $"127.0.0.1:1/hpt-{engine.Run}/none:1" },
            },
        };

        var created = await Client.Services.CreateAsync(spec, Token);
        var task = await TaskInAsync(created.Id, TaskState.Rejected);

        Assert.NotEmpty(task.Status.Err!);
        await Client.Services.RemoveAsync(created.Id, Token);
    }

    [Fact]
    public async Task A_spec_the_swarm_cannot_take_is_refused_with_its_words()
    {
        engine.RequireSwarm();
        var spec = Spec("impossible", "") with { Name = "not a name!" };

        var refusal = await Assert.ThrowsAsync<DockerApiException>(() => Client.Services.CreateAsync(spec, Token));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refusal.Status);
        Assert.Contains("name must be valid", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_stays_while_a_service_is_in_it()
    {
        engine.RequireSwarm();
        var network = await Client.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = engine.Name("held"),
                Driver = "overlay",
                Labels = engine.Labels,
            },
            Token
        );
        var spec = Spec("holder", "while :; do sleep 0.05; done");
        spec = spec with { TaskTemplate = spec.TaskTemplate with { Networks = [new NetworkAttachmentConfig { Target = network.Id }] } };
        var created = await Client.Services.CreateAsync(spec, Token);
        await TaskInAsync(created.Id, TaskState.Running);

        await Assert.ThrowsAsync<DockerInUseException>(() => Client.Networks.RemoveAsync(network.Id, Token));

        await Client.Services.RemoveAsync(created.Id, Token);
    }

    private async Task<SecretReference> SecretAsync(string file, string uid)
    {
        var secret = new SecretSpec
        {
            Name = engine.Name(file),
            Labels = engine.Labels,
            Data = "s3cret\n"u8.ToArray(),
        };
        return new SecretReference
        {
            SecretId = await Client.Secrets.CreateAsync(secret, Token),
            SecretName = secret.Name,
            File = new FileTarget
            {
                Name = file,
                Uid = uid,
                Gid = uid,
                Mode = UnixFileMode.UserRead,
            },
        };
    }

    private ServiceSpec Spec(string name, string script) =>
        new()
        {
            Name = engine.Name(name),
            Labels = engine.Labels,
            EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
            TaskTemplate = new TaskSpec
            {
                ContainerSpec = new ContainerSpec
                {
                    Image = engine.Image,
                    Labels = engine.Labels,
                    Command = ["/bin/sh", "-c", script],
                    StopGracePeriod = TimeSpan.FromSeconds(1),
                    StopSignal = "SIGKILL",
                },
                RestartPolicy = new RestartPolicy { Condition = RestartCondition.None },
            },
        };

    private Task<SwarmTask> TaskInAsync(string service, TaskState state) =>
        DockerEngineFixture.EventuallyAsync(
            $"A task in state {state}",
            async token =>
            {
                var tasks = await Client.Tasks.ListAsync(Filters.Service(service), token);
                return tasks.FirstOrDefault(task => task.Status.State == state);
            },
            Token
        );

    private static async Task<List<LogLine>> ReadAsync(IAsyncEnumerable<LogLine> stream)
    {
        var lines = new List<LogLine>();
        await foreach (var line in stream)
        {
            lines.Add(line);
        }

        return lines;
    }
}
