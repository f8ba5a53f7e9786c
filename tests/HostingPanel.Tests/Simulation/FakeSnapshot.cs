using HostingPanel.Platform;

namespace HostingPanel.Tests.Simulation;

/// <summary>What is in an engine that exists only in memory, at one moment.</summary>
internal sealed class FakeSnapshot : SwarmSnapshot
{
    private readonly Dictionary<string, ServiceDefinition> _services;
    private readonly Dictionary<string, NetworkDefinition> _networks;

    public FakeSnapshot(Dictionary<string, ServiceDefinition> services, Dictionary<string, NetworkDefinition> networks) =>
        (_services, _networks) = (services, networks);

    /// <summary>Everything that there is now; every service runs as it is told to, and has for long where nothing else is said.</summary>
    public static FakeSnapshot Of(MemoryEngine engine, DateTimeOffset? runningSince = null)
    {
        var services = engine.Services.ToDictionary(StringComparer.Ordinal);
        var networks = engine.Networks.ToDictionary(StringComparer.Ordinal);
        return new FakeSnapshot(services, networks)
        {
            Things =
            [
                .. services.Values.Select(service => Thing(EngineKind.Service, service.Name, service.Container.Owner)),
                .. networks.Values.Select(network => Thing(EngineKind.Network, network.Name, network.Owner)),
                .. engine.Secrets.Values.Select(secret => Thing(EngineKind.Secret, secret.Name, secret.Owner)),
                .. engine
                    .Volumes.Where(volume => !volume.Value.IsFound)
                    .Select(volume =>
                        Thing(EngineKind.Volume, volume.Key, new Ownership(null, null)) with
                        {
                            VolumeId = volume.Value.Identity,
                        }
                    ),
            ],
            Services = services.ToDictionary(
                service => service.Key,
                service => Seen(service.Value, runningSince ?? DateTimeOffset.UnixEpoch),
                StringComparer.Ordinal
            ),
        };
    }

    public override IReadOnlyList<string> DriftOf(ServiceDefinition service)
    {
        var found = _services[service.Name];
        return
        [
            .. found.Replicas == service.Replicas ? Array.Empty<string>() : ["replicas"],
            .. found.Generation == service.Generation ? Array.Empty<string>() : ["generation"],
            .. found.Container.Image == service.Container.Image ? Array.Empty<string>() : ["image"],
            .. found
                .Container.Environment.Select(variable => $"{variable}")
                .Order(StringComparer.Ordinal)
                .SequenceEqual(service.Container.Environment.Select(variable => $"{variable}").Order(StringComparer.Ordinal))
                ? Array.Empty<string>()
                : ["environment"],
        ];
    }

    public override IReadOnlyList<string> DriftOf(NetworkDefinition network) =>
        _networks[network.Name].Subnet == network.Subnet ? [] : ["subnet"];

    private static EngineThing Thing(EngineKind kind, string name, Ownership owner) =>
        new()
        {
            Kind = kind,
            Id = $"id-of-{name}",
            Name = name,
            SiteId = owner.SiteId,
            OperationId = owner.OperationId,
        };

    private static ServiceObservation Seen(ServiceDefinition service, DateTimeOffset runningSince) =>
        new()
        {
            Name = service.Name,
            SiteId = service.Container.Owner.SiteId,
            Service = service.Service,
            Replicas = service.Replicas,
            Running = service.Replicas,
            State = service.Replicas == 0 ? "stopped" : "running",
            Limits = service.Replicas == 0 ? null : service.Container.Limits,
            RunningSince = service.Replicas == 0 ? null : runningSince,
        };
}
