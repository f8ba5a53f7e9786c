using System.Runtime.CompilerServices;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Simulation;

/// <summary>One process's way to the engine in memory.</summary>
internal sealed class FakeSwarm(MemoryEngine engine, Crasher crasher) : ISwarm
{
    public Task CheckAsync(IReadOnlyCollection<string> images, CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked("check");
        return Task.CompletedTask;
    }

    public Task CheckRoomAsync(long bytes, CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked("room");
        return Task.CompletedTask;
    }

    public Task EnsureNetworkAsync(NetworkDefinition network, CancellationToken cancellationToken) =>
        DoAsync("network", () => engine.Networks.TryAdd(network.Name, network), cancellationToken);

    public Task RemoveNetworkAsync(string name, CancellationToken cancellationToken) =>
        DoAsync(
            "remove network",
            () =>
            {
                // As the real one, which refuses while somebody is on it.
                if (engine.Services.Values.Any(service => service.Container.Networks.Any(network => network.Network == name)))
                {
                    throw new PlatformException("engine-refused", $"The network {name} is in use.");
                }

                engine.Networks.TryRemove(name, out _);
            },
            cancellationToken
        );

    public Task EnsureSecretAsync(SecretDefinition secret, CancellationToken cancellationToken) =>
        DoAsync("secret", () => engine.Secrets.TryAdd(secret.Name, secret), cancellationToken);

    public Task RemoveSecretAsync(string name, CancellationToken cancellationToken) =>
        DoAsync(
            "remove secret",
            () =>
            {
                // As the real one, which refuses while a service has it.
                if (engine.Services.Values.Any(service => service.Container.Secrets.Any(secret => secret.SecretName == name)))
                {
                    throw new PlatformException("engine-refused", $"The secret {name} is in use.");
                }

                engine.Secrets.TryRemove(name, out _);
            },
            cancellationToken
        );

    public Task EnsureVolumesAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken) =>
        DoAsync(
            "volumes",
            () =>
            {
                foreach (var volume in volumes)
                {
                    var made = new FakeVolume(volume.Identity, []) { SiteId = volume.Owner.SiteId };
                    if (engine.Volumes.GetOrAdd(volume.Name, made).Identity != volume.Identity)
                    {
                        throw new PlatformException("volume-not-ours", $"The volume {volume.Name} is another one.");
                    }
                }
            },
            cancellationToken
        );

    public Task RequireVolumesAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked("check volumes");
        foreach (var volume in volumes)
        {
            RequireVolume(volume.Name, volume.Identity);
        }

        return Task.CompletedTask;
    }

    public async Task FillVolumeAsync(VolumeDefinition volume, Stream tar, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        await tar.CopyToAsync(content, cancellationToken);
        await DoAsync(
            "fill volume",
            () => engine.Volumes[volume.Name] = engine.Volumes[volume.Name] with { Fillings = content.ToArray() },
            cancellationToken
        );
    }

    public async Task ReadFileAsync(VolumeDefinition volume, string path, Stream into, CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked("read file");
        RequireVolume(volume.Name, volume.Identity);
        await into.WriteAsync(FakeBackupTools.FileNamed(path), cancellationToken);
    }

    public Task RemoveVolumeAsync(string name, Guid identity, CancellationToken cancellationToken) =>
        DoAsync(
            "remove volume",
            () =>
            {
                if (engine.Services.Values.Any(service => service.Container.Volumes.Any(volume => volume.VolumeName == name)))
                {
                    throw new PlatformException("engine-refused", $"The volume {name} is in use.");
                }

                if (engine.Volumes.TryGetValue(name, out var volume) && volume.Identity != identity)
                {
                    throw new PlatformException("volume-not-ours", $"The volume {name} is another one.");
                }

                engine.Volumes.TryRemove(name, out _);
            },
            cancellationToken
        );

    public Task AdoptVolumeAsync(VolumeDefinition volume, CancellationToken cancellationToken) =>
        DoAsync(
            "adopt volume",
            () => engine.Volumes[volume.Name] = engine.Volumes[volume.Name] with { Identity = volume.Identity },
            cancellationToken
        );

    public Task RemoveAdoptedVolumeAsync(string name, Guid identity, CancellationToken cancellationToken) =>
        RemoveVolumeAsync(name, identity, cancellationToken);

    public Task<IReadOnlyList<VolumeObservation>> ListVolumesAsync(CancellationToken cancellationToken)
    {
        crasher.Look();
        return Task.FromResult<IReadOnlyList<VolumeObservation>>([
            .. engine
                .Volumes.Where(volume => !volume.Value.IsFound || volume.Value.Identity == Guid.Empty)
                .Select(volume => new VolumeObservation(volume.Key, "node", "node", !volume.Value.IsFound, null, [], null)),
        ]);
    }

    public Task ApplyServiceAsync(ServiceDefinition service, CancellationToken cancellationToken) =>
        DoAsync(
            "service",
            () =>
            {
                foreach (
                    var network in service.Container.Networks.Where(network =>
                        !network.Network.EndsWith("-front", StringComparison.Ordinal)
                        && !network.Network.EndsWith("-front-sealed", StringComparison.Ordinal)
                    )
                )
                {
                    Require(engine.Networks.ContainsKey(network.Network), $"the network {network.Network}");
                }

                foreach (var secret in service.Container.Secrets)
                {
                    Require(engine.Secrets.ContainsKey(secret.SecretName), $"the secret {secret.SecretName}");
                }

                foreach (var volume in service.Container.Volumes.Where(_ => service.Replicas > 0))
                {
                    RequireVolume(volume.VolumeName, volume.Identity);
                }

                RefuseToShareServersFiles(service);
                engine.Services[service.Name] = service;
            },
            cancellationToken
        );

    public Task RemoveServiceAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("remove service", () => engine.Services.TryRemove(name, out _), cancellationToken);

    public Task WaitForServiceAsync(ServiceDefinition service, TimeSpan timeout, CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked(service.Replicas == 0 ? "waiting for a stop" : "waiting for a start");
        cancellationToken.ThrowIfCancellationRequested();
        return engine.Services.TryGetValue(service.Name, out var there) && there.Replicas == service.Replicas
            ? Task.CompletedTask
            : throw new PlatformException("does-not-run", $"{service.Name} does not run as defined.");
    }

    public Task RemoveJobsAsync(Guid operationId, CancellationToken cancellationToken) =>
        DoAsync(
            "remove jobs",
            () =>
            {
                foreach (var job in engine.RunningJobs.Values.Where(job => job.OperationId == operationId))
                {
                    engine.RunningJobs.TryRemove(job.Name, out _);
                }
            },
            cancellationToken
        );

    public async Task<JobResult> RunJobAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        // A worker may die while it runs: the job stays, until it is asked for again or removed.
        await DoAsync("start job", () => engine.RunningJobs[job.Name] = job, cancellationToken);
        try
        {
            return await EndJobAsync(job, cancellationToken);
        }
        finally
        {
            if (!crasher.IsDead)
            {
                engine.RunningJobs.TryRemove(job.Name, out _);
            }
        }
    }

    private Task<JobResult> EndJobAsync(JobDefinition job, CancellationToken cancellationToken) =>
        crasher.EffectAsync(
            "job",
            () =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                engine.ThrowIfAsked("job");
                engine.ThrowIfAsked($"job {job.Container.Command?[0]}");
                engine.Jobs.Enqueue(job.Name);
                engine.Commands.Enqueue(job.Container.Command ?? []);
                if (engine.ToolFaults.TryGetValue(string.Join(' ', (job.Container.Command ?? []).Take(2)), out var fault))
                {
                    return Task.FromResult(fault);
                }

                return Task.FromResult(FakeTools.RunGated(engine, job.Container));
            }
        );

    public Task RemoveContainerAsync(string id, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<SwarmSnapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked("snapshot");
        return Task.FromResult<SwarmSnapshot>(FakeSnapshot.Of(engine));
    }

    public async IAsyncEnumerable<EngineEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    public Task<IReadOnlyList<ContainerObservation>> InspectContainersAsync(Guid siteId, CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked("inspect");
        return Task.FromResult<IReadOnlyList<ContainerObservation>>([
            .. engine
                .Services.Values.Where(service => service.Container.Owner.SiteId == siteId && service.Replicas > 0)
                .Select(service => new ContainerObservation(
                    ContainerOf(service.Name),
                    service.Service,
                    [.. service.Container.Volumes.Select(volume => volume.Path)],
                    engine.Written.TryGetValue(ContainerOf(service.Name), out var path)
                        ? [new LayerChange(path, LayerChangeKind.Added)]
                        : []
                )),
        ]);
    }

    public Task RemoveContainersAsync(Guid siteId, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        DoAsync(
            "remove containers",
            () =>
            {
                foreach (
                    var service in engine.Services.Values.Where(service => ids.Contains(ContainerOf(service.Name), StringComparer.Ordinal))
                )
                {
                    engine.Removals.AddOrUpdate(service.Name, 1, (_, times) => times + 1);
                }
            },
            cancellationToken
        );

    /// <summary>Each container that comes in the place of a removed one has another id.</summary>
    private string ContainerOf(string service) => $"{service}.{engine.Removals.GetValueOrDefault(service)}";

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(
        string service,
        int tail,
        bool follow,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield break;
    }

    private Task DoAsync(string name, Action effect, CancellationToken cancellationToken) =>
        crasher.EffectAsync(
            name,
            () =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                engine.ThrowIfAsked(name);
                effect();
                return Task.FromResult(true);
            }
        );

    /// <summary>Two database servers on the same files would destroy them.</summary>
    private void RefuseToShareServersFiles(ServiceDefinition service)
    {
        const string Files = "/var/lib/mysql";
        if (
            service.Replicas > 0
            && service.Container.Volumes.SingleOrDefault(volume => volume.Path == Files) is { } mount
            && engine.Services.Values.Any(other =>
                other.Replicas > 0
                && other.Name != service.Name
                && other.Container.Volumes.Any(volume => volume.VolumeName == mount.VolumeName)
            )
        )
        {
            throw new InvalidOperationException($"{service.Name} shares its files with another server.");
        }
    }

    private void RequireVolume(string name, Guid identity)
    {
        if (!engine.Volumes.TryGetValue(name, out var there))
        {
            throw new PlatformException("volume-missing", $"The volume {name} is not there.");
        }

        if (there.Identity != identity)
        {
            throw new PlatformException("volume-not-ours", $"The volume {name} is another one.");
        }
    }

    private static void Require(bool isThere, string what)
    {
        if (!isThere)
        {
            throw new PlatformException("engine-refused", $"A service needs {what}, which is not there.");
        }
    }
}

/// <summary>One process's way to the gateway in memory.</summary>
internal sealed class FakeGateway(MemoryEngine engine, Crasher crasher) : IGateway
{
    public Task ApplyAsync(IReadOnlyList<Route> routes, GatewayTrust trust, CancellationToken cancellationToken) =>
        crasher.EffectAsync(
            "routes",
            () =>
            {
                engine.ThrowIfAsked("routes");
                (engine.Routes, engine.Trust) = (routes, trust);
                return Task.FromResult(true);
            }
        );

    /// <summary>A site answers when its route leads to a service that runs.</summary>
    public Task<ProbeResult> ProbeAsync(string host, string path, CancellationToken cancellationToken)
    {
        crasher.Look();
        engine.ThrowIfAsked("probe");
        var route = engine.Routes.FirstOrDefault(route => route.Hosts.Any(served => served.Name == host));
        var isServed =
            route is { Mode: RouteMode.Serve }
            && engine.Services.TryGetValue(route.Upstream, out var service)
            && service.Replicas > 0
            && !(engine.Fragile.ContainsKey(service.Name) && engine.Removals.ContainsKey(service.Name));
        return Task.FromResult(isServed ? new ProbeResult(200, "Title", null, false) : new ProbeResult(503, null, null, true));
    }
}

/// <summary>Hides nothing; the real one has tests of its own.</summary>
internal sealed class FakeProtector : ISecretProtector, IManifestSigner
{
    public string Sign(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    public bool IsOurs(ReadOnlySpan<byte> content, string signature) => Sign(content) == signature;

    public byte[] Protect(ReadOnlySpan<byte> plain, string context) => plain.ToArray();

    public byte[] Unprotect(ReadOnlySpan<byte> stored, string context) => stored.ToArray();
}

/// <summary>Every name leads to the same place, which is nobody's.</summary>
internal sealed class FakeHosts : IHostLookup
{
    public Task<IReadOnlyList<System.Net.IPAddress>> FindAsync(string host, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<System.Net.IPAddress>>([System.Net.IPAddress.Parse("192.0.2.1")]);
}
