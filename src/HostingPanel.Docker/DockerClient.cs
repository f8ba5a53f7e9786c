using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>
/// A client of one Docker Engine. Safe for concurrent use; keep one per engine, it reuses its connections. The API version is
/// negotiated by the first call and sent with every one.
/// </summary>
/// <remarks>
/// Every operation throws <see cref="DockerApiException"/> or one of its subclasses when the engine refuses, can't be reached or can't be
/// understood, <see cref="OperationCanceledException"/> when its token is cancelled, and <see cref="ArgumentException"/> for
/// ids and names that could not be part of an address.
/// </remarks>
public sealed class DockerClient : IAsyncDisposable
{
    private readonly EngineTransport _transport;

    /// <summary>Prepares a client; nothing is connected before the first call.</summary>
    /// <exception cref="ArgumentException">The endpoint is neither a unix socket nor TCP with certificates.</exception>
    public DockerClient(DockerClientOptions options)
    {
        _transport = new EngineTransport(options);
        System = new SystemOperations(_transport);
        Images = new ImagesOperations(_transport);
        Containers = new ContainersOperations(_transport);
        Networks = new NetworksOperations(_transport);
        Volumes = new VolumesOperations(_transport);
        Secrets = new SecretsOperations(_transport);
        Configs = new ConfigsOperations(_transport);
        Services = new ServicesOperations(_transport);
        Tasks = new TasksOperations(_transport);
        Nodes = new NodesOperations(_transport);
        Swarm = new SwarmOperations(_transport);
    }

    /// <summary>The engine itself: ping, version, info, events, disk usage.</summary>
    public SystemOperations System { get; }

    /// <summary>Images: build, import, tag, push, pull.</summary>
    public ImagesOperations Images { get; }

    /// <summary>Containers, including those that Swarm made for its tasks.</summary>
    public ContainersOperations Containers { get; }

    /// <summary>Networks.</summary>
    public NetworksOperations Networks { get; }

    /// <summary>Volumes. There is no prune, on purpose.</summary>
    public VolumesOperations Volumes { get; }

    /// <summary>Swarm secrets.</summary>
    public SecretsOperations Secrets { get; }

    /// <summary>Swarm configs.</summary>
    public ConfigsOperations Configs { get; }

    /// <summary>Swarm services.</summary>
    public ServicesOperations Services { get; }

    /// <summary>Swarm tasks: the runs of a service.</summary>
    public TasksOperations Tasks { get; }

    /// <summary>The machines of the swarm.</summary>
    public NodesOperations Nodes { get; }

    /// <summary>The swarm itself.</summary>
    public SwarmOperations Swarm { get; }

    /// <summary>The API version that calls are made in; asks the engine the first time.</summary>
    /// <exception cref="EngineTooOldException">The engine is older than <see cref="ApiVersion.Minimum"/>.</exception>
    public async Task<ApiVersion> GetApiVersionAsync(CancellationToken cancellationToken) =>
        await _transport.NegotiateAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _transport.Dispose();
        return ValueTask.CompletedTask;
    }
}
