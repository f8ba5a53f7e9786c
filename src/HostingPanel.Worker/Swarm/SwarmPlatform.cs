using System.Runtime.CompilerServices;
using HostingPanel.Docker;
using HostingPanel.Platform;
using JobResult = HostingPanel.Platform.JobResult;
using LogLine = HostingPanel.Platform.LogLine;

namespace HostingPanel.Worker.Swarm;

/// <summary>What this installation is inside Docker.</summary>
/// <param name="Installation">The prefix of every name, and the label that says what is ours.</param>
/// <param name="ToolboxImage">The image of the containers through which volumes are written.</param>
/// <param name="MinFreeBytes">With less on the engine's disk nothing new is begun.</param>
internal sealed record SwarmOptions(string Installation, string ToolboxImage, long MinFreeBytes);

/// <summary>The engine behind the port: every noun has its own class, and what the engine says amiss becomes a <see cref="PlatformException"/>.</summary>
internal sealed class SwarmPlatform : ISwarm, IDisposable
{
    private readonly DockerClient _docker;
    private readonly SwarmOptions _options;
    private readonly IDiskSpace _disk;
    private readonly SpecBuilders _builders;
    private readonly SwarmContainers _containers;
    private readonly SwarmImages _images;
    private readonly SwarmSecrets _secrets;
    private readonly SwarmNetworks _networks;
    private readonly SwarmVolumes _volumes;
    private readonly SwarmVolumesFound _found;
    private readonly SwarmVolumeChecks _checks;
    private readonly SwarmServices _services;
    private readonly SwarmJobs _jobs;
    private readonly SwarmSnapshots _snapshots;
    private readonly SwarmEvents _events;
    private readonly SwarmSiteContainers _siteContainers;

    public SwarmPlatform(DockerClient docker, SwarmOptions options, IDiskSpace disk, TimeProvider time)
    {
        (_docker, _options, _disk) = (docker, options, disk);
        var evidence = new KillEvidence(docker);
        var mounts = new VolumeMounts(docker, options);
        _builders = new SpecBuilders(docker, options);
        _containers = new SwarmContainers(docker, options);
        _images = new SwarmImages(docker);
        _secrets = new SwarmSecrets(docker, options);
        _networks = new SwarmNetworks(docker, options, time);
        _volumes = new SwarmVolumes(docker, mounts, options, time);
        _checks = new SwarmVolumeChecks(docker, mounts, _volumes);
        _services = new SwarmServices(docker, _secrets, _networks, _images, _checks, evidence, options, time);
        _found = new SwarmVolumesFound(docker, options, mounts, _volumes, time);
        _jobs = new SwarmJobs(docker, _services, _secrets, _networks, _checks, options, time);
        _snapshots = new SwarmSnapshots(docker, _builders, options, evidence);
        _events = new SwarmEvents(docker, options, evidence, time);
        _siteContainers = new SwarmSiteContainers(docker, options, time);
    }

    public Task CheckAsync(IReadOnlyCollection<string> images, CancellationToken cancellationToken) =>
        TranslateAsync(async () =>
        {
            var info = await _docker.System.InfoAsync(cancellationToken);
            if (info.Swarm is not { LocalNodeState: LocalNodeState.Active, ControlAvailable: true })
            {
                throw new PlatformException(
                    "no-swarm-manager",
                    "The engine is not the manager of a swarm. Run ./panel up, which makes one."
                );
            }

            if (_disk.FreeBytes() is { } free && free < _options.MinFreeBytes)
            {
                throw new PlatformException(
                    "no-disk-space",
                    $"Only {free >> 20} MB are free on the engine's disk, and {_options.MinFreeBytes >> 20} MB are kept back. Make room first."
                );
            }

            foreach (var image in images)
            {
                await _images.RequireAsync(image, cancellationToken);
            }
        });

    public Task CheckRoomAsync(long bytes, CancellationToken cancellationToken) =>
        _disk.FreeBytes() is { } free && free - bytes < _options.MinFreeBytes
            ? throw new PlatformException(
                "no-disk-space",
                $"This needs {bytes >> 20} MB more on the engine's disk. {free >> 20} MB are free, of which {_options.MinFreeBytes >> 20} MB are kept back. Make room first."
            )
            : Task.CompletedTask;

    public Task EnsureNetworkAsync(NetworkDefinition network, CancellationToken cancellationToken) =>
        TranslateAsync(() => _networks.EnsureAsync(network, cancellationToken));

    public Task RemoveNetworkAsync(string name, CancellationToken cancellationToken) =>
        TranslateAsync(() => _networks.RemoveAsync(name, cancellationToken));

    public Task EnsureSecretAsync(SecretDefinition secret, CancellationToken cancellationToken) =>
        TranslateAsync(() => _secrets.EnsureAsync(secret, cancellationToken));

    public Task RemoveSecretAsync(string name, CancellationToken cancellationToken) =>
        TranslateAsync(() => _secrets.RemoveAsync(name, cancellationToken));

    public Task EnsureVolumesAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken) =>
        volumes.Count == 0 ? Task.CompletedTask : TranslateAsync(() => _volumes.EnsureAsync(volumes, cancellationToken));

    public Task RequireVolumesAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken) =>
        volumes.Count == 0 ? Task.CompletedTask : TranslateAsync(() => _checks.RequireWholeAsync(volumes, cancellationToken));

    public Task FillVolumeAsync(VolumeDefinition volume, Stream tar, CancellationToken cancellationToken) =>
        TranslateAsync(() => _volumes.FillAsync(volume, tar, cancellationToken));

    public Task ReadFileAsync(VolumeDefinition volume, string path, Stream into, CancellationToken cancellationToken) =>
        TranslateAsync(async () =>
        {
            await _checks.RequireThereAsync(volume.Name, cancellationToken);
            await _volumes.ReadAsync(volume, path, into, cancellationToken);
        });

    public Task RemoveVolumeAsync(string name, Guid identity, CancellationToken cancellationToken) =>
        TranslateAsync(() => _volumes.RemoveAsync(name, identity, cancellationToken));

    public Task AdoptVolumeAsync(VolumeDefinition volume, CancellationToken cancellationToken) =>
        TranslateAsync(() => _found.AdoptAsync(volume, cancellationToken));

    public Task RemoveAdoptedVolumeAsync(string name, Guid identity, CancellationToken cancellationToken) =>
        TranslateAsync(() => _found.RemoveAsync(name, identity, cancellationToken));

    public async Task<IReadOnlyList<VolumeObservation>> ListVolumesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<VolumeObservation> result = [];
        await TranslateAsync(async () => result = await _found.ListAsync(cancellationToken));
        return result;
    }

    public Task ApplyServiceAsync(ServiceDefinition service, CancellationToken cancellationToken) =>
        TranslateAsync(async () => await _services.ApplyAsync(service, await _builders.GetAsync(cancellationToken), cancellationToken));

    public Task RemoveServiceAsync(string name, CancellationToken cancellationToken) =>
        TranslateAsync(() => _services.RemoveAsync(name, cancellationToken));

    public Task WaitForServiceAsync(ServiceDefinition service, TimeSpan timeout, CancellationToken cancellationToken) =>
        TranslateAsync(() => _services.WaitAsync(service, timeout, cancellationToken));

    public Task RemoveJobsAsync(Guid operationId, CancellationToken cancellationToken) =>
        TranslateAsync(() => _jobs.RemoveAsync(operationId, cancellationToken));

    public async Task<JobResult> RunJobAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        JobResult? result = null;
        await TranslateAsync(async () =>
            result = await _jobs.RunAsync(job, await _builders.GetAsync(cancellationToken), cancellationToken)
        );
        return result!;
    }

    public Task RemoveContainerAsync(string id, CancellationToken cancellationToken) =>
        TranslateAsync(() => _containers.RemoveAsync(id, cancellationToken));

    public async Task<SwarmSnapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        SwarmSnapshot? result = null;
        await TranslateAsync(async () => result = await _snapshots.TakeAsync(cancellationToken));
        return result!;
    }

    public IAsyncEnumerable<EngineEvent> WatchAsync(CancellationToken cancellationToken) => _events.WatchAsync(cancellationToken);

    public async Task<IReadOnlyList<ContainerObservation>> InspectContainersAsync(Guid siteId, CancellationToken cancellationToken)
    {
        IReadOnlyList<ContainerObservation> result = [];
        await TranslateAsync(async () => result = await _siteContainers.InspectAsync(siteId, cancellationToken));
        return result;
    }

    public Task RemoveContainersAsync(Guid siteId, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        TranslateAsync(() => _siteContainers.RemoveAsync(siteId, ids, cancellationToken));

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(
        string service,
        int tail,
        bool follow,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var options = new LogOptions
        {
            Tail = tail,
            Follow = follow,
            Timestamps = true,
        };
        await using var lines = _docker.Services.LogsAsync(service, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync())
        {
            var line = lines.Current;
            yield return new LogLine(line.Timestamp, line.Stream == LogSource.Stderr, line.Text);
        }

        async Task<bool> NextAsync()
        {
            var more = false;
            await TranslateAsync(async () => more = await lines.MoveNextAsync());
            return more;
        }
    }

    public void Dispose() => _builders.Dispose();

    /// <summary>Does something, and makes what the engine says amiss a <see cref="PlatformException"/>.</summary>
    internal static async Task TranslateAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (DockerApiException failure) when (IsAway(failure))
        {
            throw new PlatformException("engine-unavailable", $"The Docker engine does not answer: {failure.Message}", failure)
            {
                IsPassing = true,
            };
        }
        catch (EngineTooOldException failure)
        {
            throw new PlatformException("engine-too-old", failure.Message, failure);
        }
        catch (NotInSwarmException failure)
        {
            throw new PlatformException(
                "no-swarm-manager",
                "The engine is not the manager of a swarm. Run ./panel up, which makes one.",
                failure
            )
            {
                // An engine that has just started answers so until it has joined its own swarm again.
                IsPassing = true,
            };
        }
        catch (DockerApiException failure) when (failure.Message.Contains("no space left on device", StringComparison.OrdinalIgnoreCase))
        {
            throw new PlatformException("no-disk-space", $"The engine's disk is full. Make room first. ({failure.Message})", failure);
        }
        catch (DockerApiException failure)
        {
            throw new PlatformException("engine-refused", $"The Docker engine refused: {failure.Message}", failure);
        }
    }

    /// <summary>No answer, a broken one, or that of a swarm manager that is still waking up.</summary>
    private static bool IsAway(DockerApiException failure) =>
        failure is EngineUnavailableException or EngineConnectionLostException
        || failure.Message.Contains("swarm does not have a leader", StringComparison.OrdinalIgnoreCase)
        || failure.Message.Contains("code = Unavailable", StringComparison.OrdinalIgnoreCase)
        || failure.Message.Contains("context deadline exceeded", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The disk on which the engine keeps its volumes.</summary>
internal interface IDiskSpace
{
    /// <summary>Free bytes, or null when that can't be told from here.</summary>
    long? FreeBytes();
}

/// <summary>Asks by a directory that lies on the engine's disk: a mounted volume, say.</summary>
internal sealed class DirectoryDiskSpace(string directory) : IDiskSpace
{
    public long? FreeBytes() => Directory.Exists(directory) ? new DriveInfo(directory).AvailableFreeSpace : null;
}
