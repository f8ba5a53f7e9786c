using System.Runtime.CompilerServices;
using HostingPanel.Docker.Json;
using HostingPanel.Docker.Streams;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Swarm tasks: the runs of services, past ones included as far as the swarm keeps them.</summary>
public sealed class TasksOperations
{
    private readonly EngineTransport _transport;

    internal TasksOperations(EngineTransport transport) => _transport = transport;

    /// <summary>All tasks, or those the filters leave.</summary>
    public Task<IReadOnlyList<SwarmTask>> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "tasks").Query(filters),
            DockerJsonContext.Default.IReadOnlyListSwarmTask,
            cancellationToken
        );

    /// <summary>One task.</summary>
    /// <exception cref="DockerNotFoundException">There is none (any more).</exception>
    public Task<SwarmTask> InspectAsync(string id, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, $"tasks/{EngineRequest.Segment(id)}"),
            DockerJsonContext.Default.SwarmTask,
            cancellationToken
        );

    /// <summary>A task's output.</summary>
    /// <exception cref="LogStreamException">The engine reported an error inside the stream.</exception>
    public async IAsyncEnumerable<LogLine> LogsAsync(
        string id,
        LogOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = options.Apply(new EngineRequest(HttpMethod.Get, $"tasks/{EngineRequest.Segment(id)}/logs"));
        var tty = options.Tty;
        if (tty is null && await LogStream.MustAskForTtyAsync(_transport, cancellationToken))
        {
            tty = (await InspectAsync(id, cancellationToken)).Spec.ContainerSpec?.Tty ?? false;
        }

        await foreach (var line in LogStream.ReadAsync(_transport, request, options, tty, cancellationToken))
        {
            yield return line;
        }
    }
}
