using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// Takes what the gateway tells of each request: lines of JSON over a socket in the volume that both share. HAProxy keeps some megabytes of
/// them while nobody listens, and waits for nobody.
/// </summary>
internal sealed partial class RequestLog(GatewayFiles files, IVisitLog visits, ILogger<RequestLog> logger) : BackgroundService
{
    /// <summary>The socket's name in the volume.</summary>
    public const string SocketName = "requests.sock";
    private const int MaxLine = 16 * 1024;
    private const string EndedInQueue = "sQ";
    private const string SitePrefix = "site-";
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
            {
                LogFailed(failure.Message);
            }

            await Task.Delay(RetryInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var path = files.PathOf(SocketName);
        File.Delete(path);
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows())
        {
            // The gateway's group, which the directory hands on, connects; nobody else comes past the directory.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        }

        door.Listen(8);
        var readers = new List<Task>();
        try
        {
            while (true)
            {
                var caller = await door.AcceptAsync(cancellationToken);
                readers.RemoveAll(reader => reader.IsCompleted);
                // An old process of the gateway, before a reload, tells of its last requests beside the new one.
                readers.Add(ReadAsync(caller, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(readers);
        }
    }

    private async Task ReadAsync(Socket caller, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            await ReadAsync(PipeReader.Create(stream), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // It went away, or the worker stops.
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
