using System.Runtime.CompilerServices;
using HostingPanel.Docker.Json;
using HostingPanel.Docker.Streams;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>The engine itself.</summary>
public sealed class SystemOperations
{
    private static readonly TimeSpan BusyInterval = TimeSpan.FromMilliseconds(500);
    private readonly EngineTransport _transport;

    internal SystemOperations(EngineTransport transport) => _transport = transport;

    /// <summary>Asks whether the engine is there; the only call that does not depend on a version.</summary>
    public Task<PingResponse> PingAsync(CancellationToken cancellationToken) => _transport.PingAsync(cancellationToken);

    /// <summary>Which engine this is.</summary>
    public Task<SystemVersion> VersionAsync(CancellationToken cancellationToken) =>
        _transport.ReadAsync(new EngineRequest(HttpMethod.Get, "version"), DockerJsonContext.Default.SystemVersion, cancellationToken);

    /// <summary>What the engine says about itself, its machine and its place in a swarm.</summary>
    public Task<SystemInfo> InfoAsync(CancellationToken cancellationToken) =>
        _transport.ReadAsync(new EngineRequest(HttpMethod.Get, "info"), DockerJsonContext.Default.SystemInfo, cancellationToken);

    /// <summary>What takes disk space. Walks every volume, so it can take minutes on a large machine.</summary>
    public Task<DiskUsage> DiskUsageAsync(CancellationToken cancellationToken) => DiskUsageAsync(type: null, cancellationToken);

    /// <summary>What the volumes take, with <see cref="VolumeResponse.UsageData"/>. Engines before API 1.42 look at everything else, too.</summary>
    public async Task<IReadOnlyList<VolumeResponse>> VolumeUsageAsync(CancellationToken cancellationToken) =>
        (await DiskUsageAsync("volume", cancellationToken)).Volumes;

    private async Task<DiskUsage> DiskUsageAsync(string? type, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _transport.ReadUnboundedAsync(
                    new EngineRequest(HttpMethod.Get, "system/df").Query("type", type),
                    DockerJsonContext.Default.DiskUsage,
                    cancellationToken
                );
            }
            catch (DockerApiException busy) when (busy.Message.Contains("already running", StringComparison.OrdinalIgnoreCase))
            {
                // Older engines look for one caller at a time, and refuse the others.
                await Task.Delay(BusyInterval, cancellationToken);
            }
        }
    }

    /// <summary>
    /// What happens in the engine, as it happens, until the token is cancelled. Without <paramref name="until"/> the stream ends only with an
    /// exception: <see cref="EngineConnectionLostException"/> when the engine goes away or stops sending.
    /// </summary>
    /// <param name="filters">Null is everything.</param>
    /// <param name="since">Begin with what was then. The engine remembers only some hundred events of its own run.</param>
    /// <param name="until">End with what was then.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<EventMessage> EventsAsync(
        Filters? filters,
        DateTimeOffset? since,
        DateTimeOffset? until,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = new EngineRequest(HttpMethod.Get, "events").Query("since", since).Query("until", until).Query(filters);
        await using var answer = await _transport.OpenAsync(request, cancellationToken);
        await foreach (var message in JsonValueStream.ReadAsync(answer.Content, DockerJsonContext.Default.EventMessage, cancellationToken))
        {
            yield return message;
        }

        if (until is null)
        {
            throw new EngineConnectionLostException("The Docker engine ended the stream of events.");
        }
    }
}
