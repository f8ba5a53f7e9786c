using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Tests.Docker;

/// <summary>
/// A server on a unix socket that writes exactly the bytes a test wants, when it wants them. It knows just enough HTTP to tell calls apart.
/// </summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hpt-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Func<FakeCall, Task>> _handlers = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _connectionCount;

    public FakeEngine(string? apiVersion = "1.41")
    {
        SocketPath = Path.Combine(_directory, "engine.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        Speak(apiVersion);
        _accepting = AcceptAsync();
    }

    public string SocketPath { get; }

    public ConcurrentQueue<FakeCall> Calls { get; } = new();

    public int Connections => Volatile.Read(ref _connectionCount);

    public DockerClient Client(Func<DockerClientOptions, DockerClientOptions>? configure = null)
    {
        var options = new DockerClientOptions { Endpoint = new Uri($"unix://{SocketPath}") };
        return new DockerClient(configure?.Invoke(options) ?? options);
    }

    /// <summary>What a ping answers.</summary>
    public void Speak(string? apiVersion) =>
        On(
            "GET /_ping",
            call =>
                call.WriteAsync(
                    $"HTTP/1.1 200 OK\r\n{(apiVersion is null ? "" : $"Api-Version: {apiVersion}\r\n")}Content-Length: 2\r\n\r\nOK"
                )
        );

    /// <summary>What a call, named by method and path without the query, answers.</summary>
    public void On(string call, Func<FakeCall, Task> handler) => _handlers[call] = handler;

    public void OnJson(string call, string json, int status = 200) => On(call, fake => fake.AnswerAsync(status, json));

    /// <summary>The one call that was made besides the ping.</summary>
    public FakeCall SingleCall() => Assert.Single(Calls, call => call.Path != "/_ping");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                Interlocked.Increment(ref _connectionCount);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await FakeCall.ReadAsync(stream, _stopping.Token) is { } call)
            {
                Calls.Enqueue(call);
                var handler = _handlers.GetValueOrDefault(
                    $"{call.Method} {call.Path}",
                    static unknown => unknown.AnswerAsync(404, """{"message":"page not found"}""")
                );
                await handler(call);
                if (call.MustClose)
                {
                    return;
                }

                await call.ReadBodyAsync();
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }
}

/// <summary>One call as it arrived, and the way to answer it.</summary>
internal sealed class FakeCall
{
    private readonly Stream _stream;
    private readonly CancellationToken _stopping;
    private byte[]? _body;

    private FakeCall(Stream stream, string head, CancellationToken stopping)
    {
        _stream = stream;
        _stopping = stopping;
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var words = lines[0].Split(' ');
        Method = words[0];
        Target = words[1];
        Path = Uri.UnescapeDataString(Target.Split('?')[0]);
        Headers = lines
            .Skip(1)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
    }

    public string Method { get; }

    public string Target { get; }

    public string Path { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The query, unescaped, in its order.</summary>
    public IReadOnlyList<string> Query =>
        Target.Contains('?', StringComparison.Ordinal) ? [.. Target.Split('?', 2)[1].Split('&').Select(Uri.UnescapeDataString)] : [];

    public bool MustClose { get; private set; }

    public string Body => Encoding.UTF8.GetString(_body ?? throw new InvalidOperationException("The body was not read."));

    public static async Task<FakeCall?> ReadAsync(Stream stream, CancellationToken stopping)
    {
        var head = new StringBuilder();
        while (await ReadLineAsync(stream, stopping) is { } line)
        {
            if (line.Length == 0)
            {
                return new FakeCall(stream, head.ToString(), stopping);
            }

            head.Append(line).Append("\r\n");
        }

        return null;
    }

    public async Task<byte[]> ReadBodyAsync()
    {
        if (_body is not null)
        {
            return _body;
        }

        if (Headers.ContainsKey("Expect"))
        {
            await WriteAsync("HTTP/1.1 100 Continue\r\n\r\n");
        }

        using var body = new MemoryStream();
        if (Headers.TryGetValue("Content-Length", out var length))
        {
            await CopyAsync(body, int.Parse(length, CultureInfo.InvariantCulture));
        }
        else if (Headers.ContainsKey("Transfer-Encoding"))
        {
            while (await ReadLineAsync(_stream, _stopping) is { } size && size != "0")
            {
                await CopyAsync(body, int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                await ReadLineAsync(_stream, _stopping);
            }

            await ReadLineAsync(_stream, _stopping);
        }

        return _body = body.ToArray();
    }

    /// <summary>Lets the client send its body, and looks at no more than its beginning.</summary>
    public async Task ReadBeginningAsync()
    {
        await WriteAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await _stream.ReadExactlyAsync(new byte[1024], _stopping);
    }

    public async Task AnswerAsync(int status, string json)
    {
        await ReadBodyAsync();
        await WriteAsync(
            $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}"
        );
    }

    /// <summary>Begins an answer whose length is not known.</summary>
    public Task BeginChunkedAsync(string mediaType = "application/json") =>
        WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {mediaType}\r\nTransfer-Encoding: chunked\r\n\r\n");

    public async Task ChunkAsync(ReadOnlyMemory<byte> bytes)
    {
        await WriteAsync(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        await _stream.WriteAsync(bytes, _stopping);
        await WriteAsync("\r\n");
    }

    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    public Task EndChunkedAsync() => WriteAsync("0\r\n\r\n");

    public async Task WriteAsync(string text)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), _stopping);
        await _stream.FlushAsync(_stopping);
    }

    /// <summary>Cuts the connection after this answer.</summary>
    public void Close() => MustClose = true;

    /// <summary>Ends when the client closes the connection.</summary>
    public async Task WaitForHangUpAsync()
    {
        MustClose = true;
        try
        {
            while (await _stream.ReadAsync(new byte[1024], _stopping) > 0) { }
        }
        catch (IOException)
        {
            // Closed with something unread: that is hanging up, too.
        }
    }

    private static async Task<string?> ReadLineAsync(Stream stream, CancellationToken stopping)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stopping) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        return null;
    }

    private async Task CopyAsync(MemoryStream target, int length)
    {
        var buffer = new byte[length];
        await _stream.ReadExactlyAsync(buffer, _stopping);
        target.Write(buffer);
    }
}
