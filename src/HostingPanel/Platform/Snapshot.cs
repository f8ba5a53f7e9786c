namespace HostingPanel.Platform;

/// <summary>What a thing in the engine is.</summary>
public enum EngineKind
{
    /// <summary>A long-running service.</summary>
    Service,

    /// <summary>A service that runs to its end once.</summary>
    Job,

    /// <summary>A network.</summary>
    Network,

    /// <summary>A secret.</summary>
    Secret,

    /// <summary>A volume.</summary>
    Volume,

    /// <summary>A container that belongs to no service: one through which a volume was written.</summary>
    Container,
}

/// <summary>A thing in the engine that carries this installation's label.</summary>
public sealed record EngineThing
{
    /// <summary>What it is.</summary>
    public required EngineKind Kind { get; init; }

    /// <summary>The engine's id; a volume has none but its name.</summary>
    public required string Id { get; init; }

    /// <summary>Its name in the engine.</summary>
    public required string Name { get; init; }

    /// <summary>Its site by label; null for a thing of the panel's own.</summary>
    public Guid? SiteId { get; init; }

    /// <summary>The operation that made it, by label.</summary>
    public Guid? OperationId { get; init; }

    /// <summary>The identity that a volume's label names.</summary>
    public Guid? VolumeId { get; init; }

    /// <summary>When it was made; null where the engine does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>Why something does not run.</summary>
/// <param name="Code">A stable, kebab-case word.</param>
/// <param name="Message">For people, with the mend where there is one.</param>
public sealed record EngineReason(string Code, string Message)
{
    /// <summary>Somebody killed it: no fault of its own.</summary>
    public const string Killed = "killed";

    /// <summary>Nobody knows why.</summary>
    public const string Unknown = "does-not-run";
}

/// <summary>A container that ended although nobody had told it to.</summary>
/// <param name="TaskId">The engine's id of that one run.</param>
/// <param name="At">When it ended.</param>
/// <param name="Reason">Why.</param>
public sealed record TaskFailure(string TaskId, DateTimeOffset At, EngineReason Reason);

/// <summary>How a service of a site is, as the engine sees it.</summary>
public sealed record ServiceObservation
{
    /// <summary>Its name in the engine.</summary>
    public required string Name { get; init; }

    /// <summary>Its site by label.</summary>
    public required Guid? SiteId { get; init; }

    /// <summary>Its name in the blueprint by label.</summary>
    public required string Service { get; init; }

    /// <summary>How many containers it is told to have.</summary>
    public required int Replicas { get; init; }

    /// <summary>How many run.</summary>
    public required int Running { get; init; }

    /// <summary>The newest run's state in the engine's words, e.g. <c>running</c>, <c>starting</c>, <c>failed</c>; <c>stopped</c> without replicas.</summary>
    public required string State { get; init; }

    /// <summary>Since when all of it runs; null while it does not.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>What its containers run with, 0 for what is not limited; null while none runs.</summary>
    public ResourceLimits? Limits { get; init; }

    /// <summary>The node of the newest run.</summary>
    public string? Node { get; init; }

    /// <summary>Why it does not run (yet); null when it does or should not. It is the caller's to say how long is too long.</summary>
    public EngineReason? Reason { get; init; }

    /// <summary>Those runs that failed, as far as the engine remembers them, the oldest first.</summary>
    public IReadOnlyList<TaskFailure> Failures { get; init; } = [];
}

/// <summary>Everything in the engine that carries this installation's label, at one moment. Taking it costs one list call per kind.</summary>
public abstract class SwarmSnapshot
{
    private ILookup<Guid?, ServiceObservation>? _bySite;
    private Dictionary<(EngineKind Kind, string Name), EngineThing>? _byName;

    /// <summary>All things.</summary>
    public required IReadOnlyList<EngineThing> Things { get; init; }

    /// <summary>The services of sites by their name in the engine.</summary>
    public required IReadOnlyDictionary<string, ServiceObservation> Services { get; init; }

    /// <summary>How many calls of the engine it took.</summary>
    public int EngineCalls { get; init; }

    /// <summary>The thing of that name; null when there is none that carries this installation's label.</summary>
    public EngineThing? Find(EngineKind kind, string name) =>
        (
            _byName ??= Things.DistinctBy(thing => (thing.Kind, thing.Name)).ToDictionary(thing => (thing.Kind, thing.Name))
        ).GetValueOrDefault((kind, name));

    /// <summary>The services of a site.</summary>
    public IEnumerable<ServiceObservation> ServicesOf(Guid siteId) =>
        (_bySite ??= Services.Values.ToLookup(service => service.SiteId))[siteId];

    /// <summary>
    /// In which respects the service in the engine is not as defined, in words (<c>environment</c>, <c>replicas</c>, …); empty when it is.
    /// Only for a service that is there.
    /// </summary>
    public abstract IReadOnlyList<string> DriftOf(ServiceDefinition service);

    /// <summary>In which respects the network in the engine is not as defined; empty when it is. Only for a network that is there.</summary>
    public abstract IReadOnlyList<string> DriftOf(NetworkDefinition network);
}

/// <summary>Something happened in the engine to a thing of this installation.</summary>
/// <param name="Kind">The engine's word for what it is; <c>engine</c> when the engine itself went away or came back.</param>
/// <param name="Action">The engine's word for what happened.</param>
/// <param name="Name">Its name.</param>
public sealed record EngineEvent(string Kind, string Action, string Name);
