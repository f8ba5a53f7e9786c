using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HostingPanel.Benchmarks;

/// <summary>What some visitors saw.</summary>
/// <param name="Good">Requests that were answered 200.</param>
/// <param name="Bad">The others.</param>
/// <param name="Seconds">How long they went on.</param>
/// <param name="Milliseconds">The time of each good one.</param>
/// <param name="Complaint">How one of the others was answered; null for none.</param>
internal sealed record Load(int Good, int Bad, double Seconds, IReadOnlyList<double> Milliseconds, string? Complaint)
{
    public double PerSecond => Good / Seconds;
}

/// <summary>
/// A few visitors, each with a connection that it keeps, who ask again as soon as they have an answer. Sockets and no more, for on a
/// machine of two cores a heavy client would be what is measured.
/// </summary>
internal sealed class LoadMaker(IPEndPoint end, string host, string path, string? gatewayKey)
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla/5.0 (bench)\r\n{(gatewayKey is null ? "" : $"X-HP-Gateway-Key: {gatewayKey}\r\n")}\r\n"
    );

    /// <summary>So many visitors, until the time is over.</summary>
    public async Task<Load> RunAsync(int visitors, TimeSpan time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(time);
        return await RunAsync(visitors, over.Token, cancellationToken);
    }

    /// <summary>So many visitors, until it is over; what was begun is brought to its end.</summary>
    public async Task<Load> RunAsync(int visitors, CancellationToken over, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(
            Enumerable.Range(0, visitors).Select(_ => Task.Run(() => VisitAsync(over, cancellationToken), cancellationToken))
        );
        return new Load(
            all.Sum(one => one.Times.Count),
            all.Sum(one => one.Bad),
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            [.. all.SelectMany(one => one.Times)],
            all.Select(one => one.Complaint).FirstOrDefault(complaint => complaint is not null)
        );
    }

    private async Task<(List<double> Times, int Bad, string? Complaint)> VisitAsync(
        CancellationToken over,
        CancellationToken cancellationToken
    )
    {
        var (times, bad) = (new List<double>(), 0);
        string? complaint = null;
        var buffer = new byte[256 * 1024];
        Socket? socket = null;
        try
        {
            while (!over.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    if (socket is null)
                    {
                        socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                        await socket.ConnectAsync(end, cancellationToken);
                    }

                    var (status, stays) = await AskAsync(socket, buffer, cancellationToken);
                    if (status == "HTTP/1.1 200 OK")
                    {
                        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    }
                    else
                    {
                        bad++;
                        complaint ??= status;
                    }

                    if (!stays)
                    {
                        socket.Dispose();
                        socket = null;
                    }
                }
                catch (SocketException failure)
                {
                    // A kept connection that was closed between two requests is no failed request, and browsers ask again.
                    if (socket is not { Connected: true })
                    {
                        bad++;
                        complaint ??= failure.Message;
                    }

                    socket?.Dispose();
                    socket = null;
                }
            }
        }
        finally
        {
            socket?.Dispose();
        }

        return (times, bad, complaint);
    }

    /// <summary>One request. The buffer holds the headers; of the body only its end is looked for.</summary>
    private async Task<(string Status, bool Stays)> AskAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        await socket.SendAsync(_request, cancellationToken);
        var filled = 0;
        int headers;
        do
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (received == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            filled += received;
            headers = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        } while (headers < 0);

        var head = Encoding.ASCII.GetString(buffer, 0, headers);
        var length = ValueOf(head, "content-length") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : (int?)null;
        var body = filled - headers - 4;
        // Without a length it comes in pieces, the last of which is empty.
        while (length is { } whole ? body < whole : !buffer.AsSpan(Math.Max(0, filled - 5), Math.Min(5, filled)).EndsWith("0\r\n\r\n"u8))
        {
            // The last bytes stay, for the end may be cut in two.
            buffer.AsSpan(Math.Max(0, filled - 5), Math.Min(5, filled)).CopyTo(buffer);
            filled = Math.Min(5, filled);
            var received = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (received == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            filled += received;
            body += received;
        }

        return (head.Split("\r\n")[0], ValueOf(head, "connection") is not "close");
    }

    private static string? ValueOf(string head, string name) =>
        head.Split("\r\n")
            .Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())
            .FirstOrDefault();
}
