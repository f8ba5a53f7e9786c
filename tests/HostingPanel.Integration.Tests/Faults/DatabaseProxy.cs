using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace HostingPanel.Integration.Tests.Faults;

/// <summary>Stands between a worker and PostgreSQL, so that the one can lose the other at any moment, in the middle of a commit, too.</summary>
internal sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, byte> _sockets = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly DnsEndPoint _server;
    private readonly Task _accepting;
    private volatile bool _isAway;

    public DatabaseProxy(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        _server = new DnsEndPoint(server.Host!, server.Port);
        _listener.Start();
        (server.Host, server.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        ConnectionString = server.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The same database, through here.</summary>
    public string ConnectionString { get; }

    /// <summary>Breaks every connection; new ones are taken.</summary>
    public void Break()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    /// <summary>Breaks every connection and each new one, until <see cref="Return"/>.</summary>
    public void Leave()
    {
        _isAway = true;
        Break();
    }

    /// <summary>Is there again.</summary>
    public void Return() => _isAway = false;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        Break();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                if (_isAway)
                {
                    client.Dispose();
                }
                else
                {
                    _ = RelayAsync(client);
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _sockets[client] = _sockets[server] = 0;
        try
        {
            await server.ConnectAsync(_server, _end.Token);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The client meets a closed connection.
        }
        finally
        {
            client.Dispose();
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                for (var sent = 0; sent < count; )
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception failure) when (failure is ObjectDisposedException or SocketException)
        {
            // Broken, as it is meant to be.
        }
    }
}
