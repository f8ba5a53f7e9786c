using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>Long-running services.</summary>
internal sealed class SwarmServices(
    DockerClient docker,
    SwarmSecrets secrets,
    SwarmNetworks networks,
    SwarmImages images,
    SwarmVolumeChecks volumes,
    KillEvidence evidence,
    SwarmOptions options,
    TimeProvider time
)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(60);

    /// <summary>So often, in polls, it is looked whether the service still is what is waited for.</summary>
    private const int PollsPerCheck = 10;

    /// <summary>A container that fails so often in one go will not get better by waiting.</summary>
    private const int MaxFailures = 3;

    /// <summary>In which respects a service is not as it should be.</summary>
    /// <param name="wanted">As it should be.</param>
    /// <param name="found">As it is.</param>
    /// <param name="networks">The engine's networks: names by id.</param>
    public static IReadOnlyList<string> DriftOf(ServiceSpec wanted, SwarmService found, IReadOnlyDictionary<string, string> networks)
    {
        var differences = SpecComparison.Differences(wanted, found.Spec, networks);
        // The engine leaves an update that failed where it is; only being told once more sets it going again.
        return found.UpdateStatus?.State is UpdateState.Paused or UpdateState.RollbackPaused
            ? [.. differences, "a broken-off update"]
            : differences;
    }

    public async Task ApplyAsync(ServiceDefinition service, SpecBuilder builder, CancellationToken cancellationToken)
    {
        while (true)
        {
            var existing = await FindAsync(service.Name, cancellationToken);
            if (existing is not null && existing.Spec.Labels?.GetValueOrDefault(Labels.Installation) != options.Installation)
            {
                throw new PlatformException(
                    "name-taken-in-engine",
                    $"There is a service “{service.Name}” in the engine that this panel has not made. Rename or remove it there."
                );
            }

            var ids = await secrets.IdsAsync(service.Container.Secrets.Select(secret => secret.SecretName), cancellationToken);
            var networkNames = await networks.NamesAsync(service.Container.Networks.Select(network => network.Network), cancellationToken);
            var spec = builder.Service(service, ids);
            if (existing is not null)
            {
                if (DriftOf(spec, existing, networkNames).Count == 0)
                {
                    return;
                }

                spec = SpecComparison.WithoutNeedlessReplacement(spec, existing.Spec, networkNames);
            }

            if (service.Replicas > 0)
            {
                // The engine would take the running container away first and only then notice.
                await Task.WhenAll(
                    images.RequireAsync(service.Container.Image, cancellationToken),
                    volumes.RequireLabelledAsync(
                        service.Container.Volumes.Select(volume => (volume.VolumeName, volume.Identity)),
                        cancellationToken
                    )
                );
            }

            try
            {
                if (existing is null)
                {
                    await docker.Services.CreateAsync(spec, cancellationToken);
                }
                else
                {
                    await docker.Services.UpdateAsync(existing.Id, existing.Version, spec, cancellationToken);
                }

                return;
            }
            catch (Exception failure) when (failure is UpdateOutOfSequenceException or DockerConflictException or DockerNotFoundException)
            {
                // Somebody was faster. The whole spec comes from our own desired state, so looking again and writing it again is safe.
                await Task.Delay(PollInterval, time, cancellationToken);
            }
            catch (DockerApiException refused) when (SaysMissing(refused, "network"))
            {
                // It was in the list a moment ago: one that is just being removed still is.
                throw new PlatformException("network-missing", $"A network of {service.Name} is being removed: {refused.Message}", refused);
            }
            catch (DockerApiException refused) when (SaysMissing(refused, "secret"))
            {
                throw new PlatformException("secret-missing", $"A secret of {service.Name} is being removed: {refused.Message}", refused);
            }
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is { } existing)
        {
            if (existing.Spec.Labels?.GetValueOrDefault(Labels.Installation) != options.Installation)
            {
                // Not ours: to make it go is not our right, and nothing of ours is left.
                return;
            }

            try
            {
                await docker.Services.RemoveAsync(existing.Id, cancellationToken);
            }
            catch (DockerNotFoundException)
            {
                // Gone meanwhile.
            }
        }

        // The service has gone at once, its tasks and containers have not; what they hold (networks, volumes, secrets) is free only after
        // them. A task that was still being prepared has no container yet, and may get one after the service went: both are waited for.
        while (await LeftoversAsync(name, cancellationToken) is { Any: true } leftovers)
        {
            var isAllReaped = true;
            foreach (var container in leftovers.Containers)
            {
                // The engine keeps the container of a job that has ended, although the job has gone.
                isAllReaped &=
                    container.State is not ("running" or "restarting" or "removing") && await ReapAsync(container.Id, cancellationToken);
            }

            if (isAllReaped && !leftovers.AliveTasks)
            {
                return;
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    public async Task WaitAsync(ServiceDefinition service, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(timeout, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bound.Token);
        var template = (await SpecAsync(service, cancellationToken)).TaskTemplate;
        var (failedBefore, failed) = ((HashSet<string>?)null, new HashSet<string>(StringComparer.Ordinal));
        SwarmTask? newest = null;
        try
        {
            for (var poll = 1; ; poll++)
            {
                // Also ourselves: a change that was broken off on this side may still come about in the engine, after the one that followed it.
                if (poll % PollsPerCheck == 0 && !IsAsTold(await SpecAsync(service, token.Token), service, template))
                {
                    throw new PlatformException("changed-by-hand", $"Somebody else changed the service {service.Name} at the same time.")
                    {
                        // Told once more, it is as it should be again.
                        IsPassing = true,
                    };
                }

                var tasks = await docker.Tasks.ListAsync(Filters.Service(service.Name), token.Token);
                var isCurrent = tasks.ToLookup(task => SpecComparison.IsCurrent(task.Spec, template));
                var ours = isCurrent[true].OrderByDescending(task => task.CreatedAt).ToList();
                newest = ours.FirstOrDefault() ?? newest;
                var hasLeftover = isCurrent[false].Any(IsAlive) || (service.Replicas == 0 && ours.Any(IsAlive));
                if (ours.Count(TaskFacts.IsRunning) >= service.Replicas && !hasLeftover)
                {
                    return;
                }

                // The engine forgets all but the last few; what had failed before is no reason to give up now.
                var failures = ours.Where(TaskFacts.Failed).ToList();
                failedBefore ??= [.. failures.Select(task => task.Id)];
                failed.UnionWith(failures.Select(task => task.Id).Where(id => !failedBefore.Contains(id)));
                if (
                    failures.FirstOrDefault(task => failed.Contains(task.Id)) is { } last
                    && (failed.Count >= MaxFailures || IsHopeless(last))
                )
                {
                    await evidence.GatherAsync(tasks, cancellationToken);
                    throw TaskReasons.Failure(service.Service, last, evidence.Of(last));
                }

                await Task.Delay(PollInterval, time, token.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var reason =
                service.Replicas == 0
                    ? new EngineReason(
                        "does-not-stop",
                        $"{service.Service} does not stop: it is {newest?.Status.State}, and the engine wants it {newest?.DesiredState}."
                    )
                    : TaskReasons.Of(service.Service, newest);
            throw new PlatformException(reason.Code, $"{reason.Message} It was given {timeout:g}.");
        }
    }

    private static bool IsAsTold(ServiceSpec spec, ServiceDefinition service, TaskSpec template) =>
        SpecComparison.IsCurrent(spec.TaskTemplate, template) && spec.Mode?.Replicated?.Replicas == (ulong)service.Replicas;

    private async Task<ServiceSpec> SpecAsync(ServiceDefinition service, CancellationToken cancellationToken) =>
        (await FindAsync(service.Name, cancellationToken))?.Spec
        ?? throw new PlatformException("service-missing", $"The service {service.Name} has gone from the engine meanwhile.");

    public async Task<SwarmService?> FindAsync(string name, CancellationToken cancellationToken)
    {
        // The filter matches beginnings, the comparison the whole.
        var found = await docker.Services.ListAsync(Filters.Name(name), status: false, cancellationToken);
        return found.FirstOrDefault(service => service.Spec.Name == name);
    }

    /// <summary>False where the engine is at it itself, or it runs after all.</summary>
    private async Task<bool> ReapAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await docker.Containers.RemoveAsync(container, force: false, volumes: false, cancellationToken);
            return true;
        }
        catch (DockerNotFoundException)
        {
            return true;
        }
        catch (DockerConflictException)
        {
            return false;
        }
    }

    /// <summary>By name and not by id: a service that was made again under its name left containers of its former life.</summary>
    private async Task<Leftovers> LeftoversAsync(string name, CancellationToken cancellationToken)
    {
        // Tasks first: one that ends between the two lists has its container in the second. They are named SERVICE.SLOT.ID, and the filter
        // matches beginnings: it finds them although their service, which other filters ask for, is not there any more.
        var tasks = await docker.Tasks.ListAsync(
            Filters.Name($"{name}.") & Filters.Label(Labels.Installation, options.Installation),
            cancellationToken
        );
        var containers = await docker.Containers.ListAsync(
            all: true,
            Filters.Label("com.docker.swarm.service.name", name) & Filters.Label(Labels.Installation, options.Installation),
            cancellationToken
        );
        return new Leftovers(tasks.Any(IsAlive), containers);
    }

    private sealed record Leftovers(bool AliveTasks, IReadOnlyList<ContainerSummary> Containers)
    {
        public bool Any => AliveTasks || Containers.Count > 0;
    }

    private static bool SaysMissing(DockerApiException refused, string what) =>
        refused.Message.Contains(what, StringComparison.OrdinalIgnoreCase)
        && refused.Message.Contains("not found", StringComparison.OrdinalIgnoreCase);

    private static bool IsAlive(SwarmTask task) => task.Status.State is > TaskState.Unknown and <= TaskState.Running;

    private static bool IsHopeless(SwarmTask task) =>
        task.Status.Err?.Contains("No such image", StringComparison.OrdinalIgnoreCase) == true;
}
