using System.Diagnostics;
using System.Security.Cryptography;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>A shell script in a container of the toolbox image, as somebody would run it who works on the swarm by hand.</summary>
internal sealed record JobByHand(string Script)
{
    /// <summary>As the panel's own jobs: what is compared is the work, not how gently it is done.</summary>
    private const long Processor = 1_000_000_000;

    public IReadOnlyList<Mount> Mounts { get; init; } = [];
    public string? Network { get; init; }
    public IReadOnlyList<SecretReference> Secrets { get; init; } = [];
    public long Memory { get; init; } = 512L << 20;

    /// <summary>True for one that steps back where a site wants the processor, by the weight and the policy that the panel's own jobs of that kind get.</summary>
    public bool StepsBack { get; init; }

    /// <summary>Runs it to its end and removes it.</summary>
    /// <returns>The seconds until it had ended, and what it printed.</returns>
    public async Task<(double Seconds, IReadOnlyList<string> Output)> RunAsync(
        Installation installation,
        CancellationToken cancellationToken
    )
    {
        var docker = installation.Docker;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation.Name };
        var name = $"{installation.Name}-by-hand-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var started = Stopwatch.GetTimestamp();
        await docker.Services.CreateAsync(
            new ServiceSpec
            {
                Name = name,
                Labels = labels,
                Mode = ServiceMode.JobOnce(),
                EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec
                    {
                        Image = installation.Images["toolbox"],
                        Labels = labels,
                        Args = ["bash", "-euo", "pipefail", "-c", Script],
                        Env = StepsBack ? ["HP_STEPS_BACK=yes"] : [],
                        User = "0:0",
                        Mounts = [.. Mounts, new Mount { Type = MountType.Tmpfs, Target = "/tmp" }],
                        Secrets = Secrets,
                        HealthCheck = new HealthConfig { Test = ["NONE"] },
                    },
                    Resources = new ResourceRequirements
                    {
                        Limits = new ResourceLimit { NanoCpus = Processor, MemoryBytes = Memory },
                    },
                    Networks = Network is null ? [] : [new NetworkAttachmentConfig { Target = Network }],
                    RestartPolicy = new RestartPolicy { Condition = RestartCondition.None },
                },
            },
            cancellationToken
        );
        try
        {
            var succeeded = await EndAsync(docker, name, StepsBack, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var (output, complaints) = (new List<string>(), new List<string>());
            await foreach (var line in docker.Services.LogsAsync(name, new LogOptions { Tail = 100 }, cancellationToken))
            {
                (line.Stream == LogSource.Stderr ? complaints : output).Add(line.Text);
            }

            return succeeded ? (seconds, output) : throw new InvalidOperationException($"By hand: {string.Join(" / ", complaints)}");
        }
        finally
        {
            await RemoveAsync(docker, name);
        }
    }

    /// <summary>The engine keeps the container of a job that has ended, and with it the hold on its volumes, although the job has gone.</summary>
    private static async Task RemoveAsync(DockerClient docker, string name)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await docker.Services.RemoveAsync(name, bound.Token);
        foreach (
            var container in await docker.Containers.ListAsync(all: true, Filters.Label("com.docker.swarm.service.name", name), bound.Token)
        )
        {
            try
            {
                await docker.Containers.RemoveAsync(container.Id, force: true, volumes: false, bound.Token);
            }
            catch (Exception failure) when (failure is DockerNotFoundException or DockerConflictException)
            {
                // The engine is at it itself.
            }
        }
    }

    private static async Task<bool> EndAsync(DockerClient docker, string name, bool stepsBack, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            foreach (var task in await docker.Tasks.ListAsync(Filters.Service(name), bound.Token))
            {
                if (task.Status.State is TaskState.Complete or TaskState.Failed or TaskState.Rejected)
                {
                    return task.Status.State == TaskState.Complete;
                }

                if (stepsBack && task.Status.ContainerStatus?.ContainerId is { Length: > 0 } container)
                {
                    stepsBack = false;
                    await docker.Containers.UpdateAsync(container, new ContainerUpdateRequest { CpuShares = 2 }, bound.Token);
                }
            }

            await timer.WaitForNextTickAsync(bound.Token);
        }
    }
}
