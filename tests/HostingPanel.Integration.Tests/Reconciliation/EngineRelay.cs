using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>Stands between a worker and the engine's socket, and can be cut: to the worker the engine has gone away, to all others it has not.</summary>
internal sealed class EngineRelay : IAsyncDisposable
{
    private const string Engine = "/var/run/docker.sock";
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"hpt-{RandomNumberGenerator.GetHexString(12, lowercase: true)}.sock");
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, Task> _open = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _accepting;
    private volatile bool _isCut;

    public EngineRelay()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Endpoint => $"unix://{_path}";

    /// <summary>Breaks every connection off, and each new one, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_open.Values);
        File.Delete(_path);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptAsync(_stop.Token);
                if (_isCut)
                {
                    caller.Dispose();
                    continue;
                }

                _open[caller] = RelayAsync(caller);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task RelayAsync(Socket caller)
    {
        try
        {
            using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await engine.ConnectAsync(new UnixDomainSocketEndPoint(Engine));
            await using var here = new NetworkStream(caller, ownsSocket: true);
            await using var there = new NetworkStream(engine);
            await Task.WhenAny(here.CopyToAsync(there), there.CopyToAsync(here));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            // Cut, or one of them hung up.
        }
    }
}
