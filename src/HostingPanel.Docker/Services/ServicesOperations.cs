using System.Runtime.CompilerServices;
using HostingPanel.Docker.Json;
using HostingPanel.Docker.Streams;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Swarm services.</summary>
public sealed class ServicesOperations
{
    private readonly EngineTransport _transport;

    internal ServicesOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All services, or those the filters leave.</summary>
    /// <param name="filters">Null is all.</param>
    /// <param name="status">With counts of tasks (<see cref="SwarmService.ServiceStatus"/>).</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<IReadOnlyList<SwarmService>> ListAsync(Filters? filters, bool status, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "services").Query(filters).Query("status", status),
            DockerJsonContext.Default.IReadOnlyListSwarmService,
            cancellationToken
        );

    /// <summary>One service, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task<SwarmService> InspectAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"services/{EngineRequest.Segment(idOrName)}"),
            DockerJsonContext.Default.SwarmService,
            cancellationToken
        );

    /// <summary>Makes a service. Answers before any task runs.</summary>
    /// <param name="spec">What it is meant to be.</param>
    /// <param name="auth">Credentials that nodes pull the image with; null for images that are there or free for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DockerConflictException">The name is taken.</exception>
    /// <exception cref="NotInSwarmException">This engine is no manager.</exception>
    public async Task<CreateResponse> CreateAsync(ServiceSpec spec, RegistryAuth? auth, CancellationToken cancellationToken)
    {
        var request = new EngineRequest(HttpMethod.Post, "services/create")
        {
            Content = EngineTransport.Json(spec, DockerJsonContext.Default.ServiceSpec),
        }.Header("X-Registry-Auth", auth?.ToHeader());
        var created = await _transport.ReadAsync(request, DockerJsonContext.Default.ServiceCreateResponse, cancellationToken);
        return new CreateResponse
        {
            Id = created.Id,
            Warnings = created.Warnings ?? (string.IsNullOrEmpty(created.Warning) ? [] : [created.Warning]),
        };
    }

    /// <summary>The same without credentials.</summary>
    public Task<CreateResponse> CreateAsync(ServiceSpec spec, CancellationToken cancellationToken) =>
        CreateAsync(spec, auth: null, cancellationToken);

    /// <summary>Replaces what a service is meant to be. Answers before any task is replaced.</summary>
    /// <param name="idOrName">The service.</param>
    /// <param name="version">The version this update is based on.</param>
    /// <param name="spec">The whole new spec; what is absent goes back to the engine's default.</param>
    /// <param name="auth">Credentials that nodes pull the image with; null keeps those of the current spec.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The engine's warnings.</returns>
    /// <exception cref="UpdateOutOfSequenceException">The version is not the newest.</exception>
    /// <exception cref="DockerNotFoundException">There is no such service.</exception>
    public async Task<IReadOnlyList<string>> UpdateAsync(
        string idOrName,
        ObjectVersion version,
        ServiceSpec spec,
        RegistryAuth? auth,
        CancellationToken cancellationToken
    )
    {
        var request = new EngineRequest(HttpMethod.Post, $"services/{EngineRequest.Segment(idOrName)}/update")
        {
            Content = EngineTransport.Json(spec, DockerJsonContext.Default.ServiceSpec),
        }
            .Query("version", version.Index)
            .Query("registryAuthFrom", auth is null ? "spec" : null)
            .Header("X-Registry-Auth", auth?.ToHeader());
        var updated = await _transport.ReadAsync(request, DockerJsonContext.Default.ServiceUpdateResponse, cancellationToken);
        return updated.Warnings ?? [];
    }

    /// <summary>The same without credentials.</summary>
    public Task<IReadOnlyList<string>> UpdateAsync(
        string idOrName,
        ObjectVersion version,
        ServiceSpec spec,
        CancellationToken cancellationToken
    ) => UpdateAsync(idOrName, version, spec, auth: null, cancellationToken);

    /// <summary>Removes a service. Answers before its tasks have stopped.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task RemoveAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Delete, $"services/{EngineRequest.Segment(idOrName)}"), cancellationToken);

    /// <summary>
    /// The output of all of a service's tasks, from all nodes, each task's lines in order. With <see cref="LogOptions.Details"/> every line says
    /// its task (<c>com.docker.swarm.task.id</c>).
    /// </summary>
    /// <exception cref="LogStreamException">The engine reported an error inside the stream: a node that does not answer, for one.</exception>
    public async IAsyncEnumerable<LogLine> LogsAsync(
        string idOrName,
        LogOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = options.Apply(new EngineRequest(HttpMethod.Get, $"services/{EngineRequest.Segment(idOrName)}/logs"));
        var tty = options.Tty;
        if (tty is null && await LogStream.MustAskForTtyAsync(_transport, cancellationToken))
        {
            tty = (await InspectAsync(idOrName, cancellationToken)).Spec.TaskTemplate.ContainerSpec?.Tty ?? false;
        }

        await foreach (var line in LogStream.ReadAsync(_transport, request, options, tty, cancellationToken))
        {
            yield return line;
        }
    }
}
