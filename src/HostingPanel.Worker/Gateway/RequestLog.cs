using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// Takes what the gateway tells of each request: lines of JSON over a socket in the volume that both share. Only the worker at work has it; one
/// that stands by listens to nothing. HAProxy keeps some megabytes of them while nobody listens, and waits for nobody.
/// </summary>
internal sealed partial class RequestLog(
    GatewayFiles files,
    IVisitLog visits,
    IWorkerLease worker,
    IHostApplicationLifetime lifetime,
    ILogger<RequestLog> logger
) : BackgroundService
{
    /// <summary>The socket's name in the volume.</summary>
    public const string SocketName = "requests.sock";
    private const int MaxLine = 16 * 1024;
    private const string EndedInQueue = "sQ";
    private const string SitePrefix = "site-";

    /// <summary>How often it looks whether it is still this worker's turn.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <summary>For writing down the last that was counted.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At the first word of an end, not when its turn has come among the services that stop: what was counted must be written in time.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        while (!stopping.IsCancellationRequested)
        {
            var wait = Glance;
            try
            {
                if (worker.IsHeld)
                {
                    await ListenAsync(stopping.Token);
                }
            }
            catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
            {
                LogFailed(failure.Message);
                wait = RetryInterval;
            }

            await Task.Delay(wait, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Listens until the worker stops or it is another one's turn, and has what was counted written down.</summary>
    private async Task ListenAsync(CancellationToken stopping)
    {
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var door = Open();
        var watch = EndWithTurnAsync(turn);
        var readers = new List<Task>();
        try
        {
            while (true)
            {
                var caller = await door.AcceptAsync(turn.Token);
                readers.RemoveAll(reader => reader.IsCompleted);
                // The process of the gateway that a reload made; the one before closes its way out as soon as it is told to stop.
                readers.Add(ReadAsync(caller, turn.Token));
            }
        }
        catch (OperationCanceledException) when (turn.IsCancellationRequested)
        {
            // Below.
        }
        finally
        {
            await turn.CancelAsync();
            // Who has only just knocked may have told something already.
            while (door.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                readers.Add(ReadAsync(await door.AcceptAsync(CancellationToken.None), turn.Token));
            }

            await Task.WhenAll([watch, .. readers]);
            using var bound = new CancellationTokenSource(Patience);
            await visits.SettleAsync(bound.Token);
        }
    }

    /// <summary>
    /// The socket, in the place of the one before. It is made under a name of its own: a worker whose turn is over takes away what it has made
    /// when it closes, and must not take the next one's.
    /// </summary>
    private Socket Open()
    {
        foreach (var left in Directory.EnumerateFiles(files.PathOf("."), $"{SocketName}.*"))
        {
            File.Delete(left);
        }

        var (path, own) = (files.PathOf(SocketName), files.PathOf($"{SocketName}.{Guid.CreateVersion7():N}"));
        var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            door.Bind(new UnixDomainSocketEndPoint(own));
            if (!OperatingSystem.IsWindows())
            {
                // The gateway's group, which the directory hands on, connects; nobody else comes past the directory.
                File.SetUnixFileMode(
                    own,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
                );
            }

            door.Listen(8);
            File.Move(own, path, overwrite: true);
            return door;
        }
        catch
        {
            door.Dispose();
            throw;
        }
    }

    private async Task EndWithTurnAsync(CancellationTokenSource turn)
    {
        while (worker.IsHeld && !turn.IsCancellationRequested)
        {
            await Task.Delay(Glance, turn.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await turn.CancelAsync();
    }

    private async Task ReadAsync(Socket caller, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            var reader = PipeReader.Create(stream);
            try
            {
                await ReadAsync(reader, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // From here on HAProxy keeps what it has; what it has told already is there to its end.
                caller.Shutdown(SocketShutdown.Receive);
                await ReadAsync(reader, CancellationToken.None);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // It went away.
        }
    }

    /// <summary>Reads lines until there are no more.</summary>
    internal async Task ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (Parse(buffer.Slice(0, end)) is { } request)
                {
                    visits.Add(request);
                }

                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            // What has no end is nothing of HAProxy's.
            reader.AdvanceTo(buffer.Length > MaxLine ? buffer.End : buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>What a line tells of a site's request; null for one of the panel, of an unknown host, or what is no such line.</summary>
    internal static SeenRequest? Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            var told = document.RootElement;
            var route = told.ValueKind == JsonValueKind.Object ? Text(told, "route") : null;
            if (route is null || !route.StartsWith(SitePrefix, StringComparison.Ordinal))
            {
                return null;
            }

            return new SeenRequest(
                route[SitePrefix.Length..],
                DateTimeOffset.TryParse(Text(told, "time"), CultureInfo.InvariantCulture, out var at) ? at.ToUniversalTime() : default,
                Text(told, "client") ?? string.Empty,
                Text(told, "method") ?? string.Empty,
                Text(told, "path") ?? string.Empty,
                (int)Number(told, "status"),
                Number(told, "bytes"),
                (int)Math.Min(int.MaxValue, Number(told, "ms")),
                (int)Math.Min(int.MaxValue, Number(told, "queued")),
                Text(told, "agent"),
                // Who waited until it was too long was turned away by no rule: HAProxy says so by how the request ended.
                Text(told, "refused") ?? (Text(told, "end")?.StartsWith(EndedInQueue, StringComparison.Ordinal) == true ? "queue" : null)
            );
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement told, string name) =>
        told.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static long Number(JsonElement told, string name) =>
        told.TryGetProperty(name, out var member)
            ? member.ValueKind switch
            {
                JsonValueKind.Number when member.TryGetInt64(out var number) => number,
                JsonValueKind.String when long.TryParse(member.GetString(), CultureInfo.InvariantCulture, out var number) => number,
                _ => 0,
            }
            : 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the gateway tells of requests can't be heard: {Reason}")]
    private partial void LogFailed(string reason);
}
