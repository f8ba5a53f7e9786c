using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>Takes snapshots: one list call per kind, all at once, however many sites there are.</summary>
internal sealed class SwarmSnapshots(DockerClient docker, SpecBuilders builders, SwarmOptions options, KillEvidence evidence)
{
    private const string TaskLabel = "com.docker.swarm.task.id";
    private readonly DriftMemory _memory = new();

    public async Task<SwarmSnapshot> TakeAsync(CancellationToken cancellationToken)
    {
        using var counter = new CallCounter();
        var ours = Filters.Label(Labels.Installation, options.Installation);
        // Tasks before services: of a service that was made in between there is a service without tasks, never the other way round.
        var tasks = await docker.Tasks.ListAsync(ours, cancellationToken);
        var services = docker.Services.ListAsync(ours, status: false, cancellationToken);
        var networks = docker.Networks.ListAsync(ours, cancellationToken);
        var secrets = docker.Secrets.ListAsync(ours, cancellationToken);
        var volumes = docker.Volumes.ListAsync(ours, cancellationToken);
        var nodes = docker.Nodes.ListAsync(filters: null, cancellationToken);
        var ended = docker.Containers.ListAsync(all: true, ours & Filters.Status("created", "exited", "dead"), cancellationToken);
        await Task.WhenAll(services, networks, secrets, volumes, nodes, ended);
        await evidence.GatherAsync(tasks, cancellationToken);
        evidence.Forget(tasks);
        var names = (await nodes).ToDictionary(node => node.Id, node => node.Description?.Hostname, StringComparer.Ordinal);
        var byService = tasks.ToLookup(task => task.ServiceId, StringComparer.Ordinal);
        var ofSites = (await services).Where(IsOfSite).ToDictionary(service => service.Spec.Name, StringComparer.Ordinal);
        _memory.Forget(await services);
        return new Snapshot(await builders.GetAsync(names.Keys, cancellationToken), _memory, ofSites, await networks, await secrets)
        {
            Things =
            [
                .. (await services).Select(ThingOf),
                .. (await networks).Select(ThingOf),
                .. (await secrets).Select(ThingOf),
                .. (await volumes).Select(ThingOf),
                .. (await ended).Where(container => !container.Labels.ContainsKey(TaskLabel)).Select(ThingOf),
            ],
            Services = ofSites.ToDictionary(
                service => service.Key,
                service => TaskFacts.Of(service.Value, byService[service.Value.Id], names, evidence.Of),
                StringComparer.Ordinal
            ),
            EngineCalls = counter.Calls,
        };
    }

    private static bool IsOfSite(SwarmService service) =>
        service.Spec.Mode?.Replicated is not null
        && service.Spec.Labels?.ContainsKey(Labels.Service) == true
        && service.Spec.Labels.ContainsKey(Labels.Site);

    private static EngineThing ThingOf(SwarmService service) =>
        Labelled(
            service.Spec.Mode?.ReplicatedJob is null ? EngineKind.Service : EngineKind.Job,
            service.Id,
            service.Spec.Name,
            service.Spec.Labels
        ) with
        {
            CreatedAt = service.CreatedAt,
        };

    private static EngineThing ThingOf(NetworkResponse network) =>
        // A network that no container of this node is on has no date.
        Labelled(EngineKind.Network, network.Id, network.Name, network.Labels) with
        {
            CreatedAt = network.Created.Year > 1 ? network.Created : null,
        };

    private static EngineThing ThingOf(SwarmSecret secret) =>
        Labelled(EngineKind.Secret, secret.Id, secret.Spec.Name, secret.Spec.Labels) with
        {
            CreatedAt = secret.CreatedAt,
        };

    private static EngineThing ThingOf(VolumeResponse volume) =>
        Labelled(EngineKind.Volume, volume.Name, volume.Name, volume.Labels) with
        {
            CreatedAt = volume.CreatedAt,
        };

    private static EngineThing ThingOf(ContainerSummary container) =>
        Labelled(
            EngineKind.Container,
            container.Id,
            container.Names is [var name, ..] ? name.TrimStart('/') : container.Id,
            container.Labels
        ) with
        {
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(container.Created),
        };

    private static EngineThing Labelled(EngineKind kind, string id, string name, IReadOnlyDictionary<string, string>? labels) =>
        new()
        {
            Kind = kind,
            Id = id,
            Name = name,
            SiteId = Labels.Id(labels, Labels.Site),
            OperationId = Labels.Id(labels, Labels.Operation),
            VolumeId = Labels.Id(labels, Labels.Volume),
        };

    private sealed class Snapshot(
        SpecBuilder builder,
        DriftMemory memory,
        Dictionary<string, SwarmService> services,
        IReadOnlyList<NetworkResponse> networks,
        IReadOnlyList<SwarmSecret> secrets
    ) : SwarmSnapshot
    {
        private readonly string _surroundings = DriftMemory.SurroundingsOf(networks, secrets);
        private readonly Dictionary<string, string> _networkNames = networks.ToDictionary(
            network => network.Id,
            network => network.Name,
            StringComparer.Ordinal
        );
        private readonly Dictionary<string, string> _secretIds = secrets.ToDictionary(
            secret => secret.Spec.Name,
            secret => secret.Id,
            StringComparer.Ordinal
        );

        public override IReadOnlyList<string> DriftOf(ServiceDefinition service)
        {
            if (service.Container.Secrets.Any(secret => !_secretIds.ContainsKey(secret.SecretName)))
            {
                return ["secrets"];
            }

            var found = services[service.Name];
            return memory.Of(
                found,
                builder.HashOf(service),
                _surroundings,
                () => SwarmServices.DriftOf(builder.Service(service, _secretIds), found, _networkNames)
            );
        }

        public override IReadOnlyList<string> DriftOf(NetworkDefinition network)
        {
            var found = networks.First(candidate => candidate.Name == network.Name);
            return
            [
                .. found.Internal ? Array.Empty<string>() : ["way out"],
                // The swarm gets round to a new network's subnet a moment later.
                .. found.Ipam?.Config is not [{ Subnet: { } subnet }] || subnet == network.Subnet ? Array.Empty<string>() : ["subnet"],
            ];
        }
    }
}
