using System.Runtime.CompilerServices;
using HostingPanel.Docker.Json;
using HostingPanel.Docker.Streams;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker;

/// <summary>Containers of this node, including those that Swarm made for its tasks.</summary>
public sealed class ContainersOperations
{
    private readonly EngineTransport _transport;

    internal ContainersOperations(EngineTransport transport) => _transport = transport;

    /// <summary>Containers that run, or with <paramref name="all"/> also those that do not.</summary>
    public Task<IReadOnlyList<ContainerSummary>> ListAsync(bool all, Filters? filters, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, "containers/json").Query("all", all).Query(filters),
            DockerJsonContext.Default.IReadOnlyListContainerSummary,
            cancellationToken
        );

    /// <summary>One container, by id or name.</summary>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    public Task<ContainerInspectResponse> InspectAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, Path(idOrName, "json")),
            DockerJsonContext.Default.ContainerInspectResponse,
            cancellationToken
        );

    /// <summary>Makes a container without starting it.</summary>
    /// <exception cref="DockerNotFoundException">The image is not on this node.</exception>
    /// <exception cref="DockerConflictException">The name is taken.</exception>
    public async Task<CreateResponse> CreateAsync(ContainerCreateRequest container, CancellationToken cancellationToken)
    {
        var request = new EngineRequest(HttpMethod.Post, "containers/create")
        {
            Content = EngineTransport.Json(container, DockerJsonContext.Default.ContainerCreateRequest),
        }.Query("name", container.Name);
        var created = await _transport.ReadAsync(request, DockerJsonContext.Default.ContainerCreateResponse, cancellationToken);
        return new CreateResponse { Id = created.Id, Warnings = created.Warnings ?? [] };
    }

    /// <summary>Changes what a container may use, whether it runs or not.</summary>
    /// <exception cref="DockerNotFoundException">There is none on this node.</exception>
    public Task UpdateAsync(string idOrName, ContainerUpdateRequest change, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Post, Path(idOrName, "update"))
            {
                Content = EngineTransport.Json(change, DockerJsonContext.Default.ContainerUpdateRequest),
            },
            cancellationToken
        );

    /// <summary>Starts a container.</summary>
    /// <returns>False if it ran already.</returns>
    public Task<bool> StartAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Post, Path(idOrName, "start")), cancellationToken);

    /// <summary>Asks a container to stop, and kills it after the grace time.</summary>
    /// <param name="idOrName">The container.</param>
    /// <param name="grace">Whole seconds; null is what the container says, else 10 s.</param>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <returns>False if it was stopped already.</returns>
    public async Task<bool> StopAsync(string idOrName, TimeSpan? grace, CancellationToken cancellationToken)
    {
        // Answers when it has stopped, which may take longer than any other call.
        await using var answer = await _transport.OpenAsync(
            new EngineRequest(HttpMethod.Post, Path(idOrName, "stop")).Query("t", (long?)grace?.TotalSeconds),
            cancellationToken
        );
        return answer.Status != System.Net.HttpStatusCode.NotModified;
    }

    /// <summary>Sends a signal to a container's first process.</summary>
    /// <param name="idOrName">The container.</param>
    /// <param name="signal">By name or number: <c>SIGHUP</c>, <c>9</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DockerConflictException">It does not run.</exception>
    public Task KillAsync(string idOrName, string signal, CancellationToken cancellationToken) =>
        _transport.SendAsync(new EngineRequest(HttpMethod.Post, Path(idOrName, "kill")).Query("signal", signal), cancellationToken);

    /// <summary>Waits until a container has ended.</summary>
    /// <exception cref="DockerNotFoundException">There is none (any more).</exception>
    public Task<ContainerWaitResponse> WaitAsync(string idOrName, WaitCondition condition, CancellationToken cancellationToken) =>
        _transport.ReadUnboundedAsync(
            new EngineRequest(HttpMethod.Post, Path(idOrName, "wait")).Query(
                "condition",
                condition switch
                {
                    WaitCondition.NotRunning => "not-running",
                    WaitCondition.NextExit => "next-exit",
                    WaitCondition.Removed => "removed",
                    _ => throw new ArgumentOutOfRangeException(nameof(condition)),
                }
            ),
            DockerJsonContext.Default.ContainerWaitResponse,
            cancellationToken
        );

    /// <summary>Removes a container.</summary>
    /// <param name="idOrName">The container.</param>
    /// <param name="force">Kills it first.</param>
    /// <param name="volumes">Its anonymous volumes, too; named ones stay in any case.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DockerNotFoundException">There is none.</exception>
    /// <exception cref="DockerConflictException">It runs, or is being removed.</exception>
    public Task RemoveAsync(string idOrName, bool force, bool volumes, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new EngineRequest(HttpMethod.Delete, $"containers/{EngineRequest.Segment(idOrName)}").Query("force", force).Query("v", volumes),
            cancellationToken
        );

    /// <summary>A container's output, as far as its log driver lets it be read.</summary>
    /// <exception cref="LogStreamException">The engine reported an error inside the stream.</exception>
    public async IAsyncEnumerable<LogLine> LogsAsync(
        string idOrName,
        LogOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = options.Apply(new EngineRequest(HttpMethod.Get, Path(idOrName, "logs")));
        var tty = options.Tty;
        if (tty is null && await LogStream.MustAskForTtyAsync(_transport, cancellationToken))
        {
            tty = (await InspectAsync(idOrName, cancellationToken)).Config.Tty ?? false;
        }

        await foreach (var line in LogStream.ReadAsync(_transport, request, options, tty, cancellationToken))
        {
            yield return line;
        }
    }

    /// <summary>What a container uses now.</summary>
    public Task<ContainerStats> StatsAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            new EngineRequest(HttpMethod.Get, Path(idOrName, "stats")).Query("stream", false).Query("one-shot", true),
            DockerJsonContext.Default.ContainerStats,
            cancellationToken
        );

    /// <summary>What a container uses, about once a second until it ends or the token is cancelled.</summary>
    public async IAsyncEnumerable<ContainerStats> StreamStatsAsync(
        string idOrName,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var answer = await _transport.OpenAsync(
            new EngineRequest(HttpMethod.Get, Path(idOrName, "stats")).Query("stream", true),
            cancellationToken
        );
        await foreach (var stats in JsonValueStream.ReadAsync(answer.Content, DockerJsonContext.Default.ContainerStats, cancellationToken))
        {
            yield return stats;
        }
    }

    /// <summary>Files that differ between a container and its image; what is in volumes is not looked at.</summary>
    public Task<IReadOnlyList<FilesystemChange>> ChangesAsync(string idOrName, CancellationToken cancellationToken) =>
        _transport.ReadListAsync(
            new EngineRequest(HttpMethod.Get, Path(idOrName, "changes")),
            DockerJsonContext.Default.IReadOnlyListFilesystemChange,
            cancellationToken
        );

    /// <summary>Unpacks a tar archive in a container, which need not run. Volumes mounted below the path get their part.</summary>
    /// <param name="idOrName">The container.</param>
    /// <param name="path">A directory that exists in it.</param>
    /// <param name="tar">Plain or compressed. Owners and rights are taken from it. Read once, not disposed.</param>
    /// <param name="cancellationToken">Ends the call; what was unpacked stays.</param>
    /// <exception cref="DockerNotFoundException">There is no such container or directory.</exception>
    public async Task PutArchiveAsync(string idOrName, string path, Stream tar, CancellationToken cancellationToken)
    {
        await using var answer = await _transport.OpenAsync(
            new EngineRequest(HttpMethod.Put, Path(idOrName, "archive")) { Content = new TarContent(tar) }
                .Query("path", path)
                .Query("noOverwriteDirNonDir", true)
                .Query("copyUIDGID", true),
            cancellationToken
        );
    }

    /// <summary>A file or directory of a container as a tar archive, streamed. Dispose it.</summary>
    /// <exception cref="DockerNotFoundException">There is no such container or path.</exception>
    public async Task<Stream> GetArchiveAsync(string idOrName, string path, CancellationToken cancellationToken)
    {
        var answer = await _transport.OpenAsync(
            new EngineRequest(HttpMethod.Get, Path(idOrName, "archive")).Query("path", path),
            cancellationToken
        );
        return answer.Content;
    }

    private static string Path(string idOrName, string call) => $"containers/{EngineRequest.Segment(idOrName)}/{call}";
}
