using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace HostingPanel.Tests.Telemetry;

/// <summary>As much of a receiver of OTLP over HTTP as a test needs: it takes what is sent, says yes, and finds names in it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<(string Line, byte[] Body)> _requests = Channel.CreateUnbounded<(string, byte[])>();
    private readonly Task _serving;

    public OtlpReceiver()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The next request: its first line, and its body.</summary>
    public ValueTask<(string Line, byte[] Body)> ReceiveAsync(CancellationToken cancellationToken) =>
        _requests.Reader.ReadAsync(cancellationToken);

    /// <summary>The names of the metrics in an <c>ExportMetricsServiceRequest</c>.</summary>
    public static IReadOnlyList<string> NamesIn(byte[] request) =>
        [
            .. FieldsOf(request, 1)
                .SelectMany(resource => FieldsOf(resource, 2))
                .SelectMany(scope => FieldsOf(scope, 2))
                .SelectMany(metric => FieldsOf(metric, 1))
                .Select(name => Encoding.UTF8.GetString(name.Span)),
        ];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    /// <summary>One request for each connection.</summary>
    private async Task AnswerAsync(NetworkStream stream)
    {
        using var head = new MemoryStream();
        var one = new byte[1];
        while (!head.GetBuffer().AsSpan(0, (int)head.Length).EndsWith("\r\n\r\n"u8))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.WriteByte(one[0]);
        }

        var lines = Encoding.ASCII.GetString(head.ToArray()).Split("\r\n");
        const string Length = "Content-Length: ";
        var body = new byte[
            int.Parse(
                lines.Single(line => line.StartsWith(Length, StringComparison.OrdinalIgnoreCase))[Length.Length..],
                System.Globalization.CultureInfo.InvariantCulture
            )
        ];
        await stream.ReadExactlyAsync(body, _stop.Token);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
        _requests.Writer.TryWrite((lines[0], body));
    }

    /// <summary>The messages and texts with this number in a message of protocol buffers.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> FieldsOf(ReadOnlyMemory<byte> message, ulong wanted)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Number(message, ref at);
            var length = (key & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => (int)Number(message, ref at),
                5 => 4,
                _ => throw new InvalidDataException("This is no message of protocol buffers."),
            };
            if ((key & 7) == 0)
            {
                Number(message, ref at);
            }
            else if (key >> 3 == wanted && (key & 7) == 2)
            {
                yield return message.Slice(at, length);
            }

            at += length;
        }
    }

    private static ulong Number(ReadOnlyMemory<byte> message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[at++];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}
