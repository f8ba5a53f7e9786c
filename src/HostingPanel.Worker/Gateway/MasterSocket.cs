using System.Net.Sockets;
using System.Text;

namespace HostingPanel.Worker.Gateway;

/// <summary>What a reload led to.</summary>
/// <param name="Accepted">True when a new process serves with the new configuration.</param>
/// <param name="Log">What HAProxy said, line by line.</param>
internal sealed record ReloadReply(bool Accepted, IReadOnlyList<string> Log)
{
    /// <summary>The first alert, without its frame: <c>config : parsing [/gateway/haproxy.cfg:12] : …</c>.</summary>
    public string? FirstAlert =>
        Log.FirstOrDefault(line => line.StartsWith("[ALERT]", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(" : ", StringComparison.Ordinal) is var colon and >= 0 ? colon + 3 : 0)..].Trim()
            : null;
}

/// <summary>
/// The command line of HAProxy's master process: one command per connection, the answer ends with the connection. Each call opens the
/// socket, for the gateway makes a new one when it starts.
/// </summary>
internal sealed class MasterSocket(GatewayFiles files)
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(3);

    /// <summary>A table may have a hundred thousand lines.</summary>
    private static readonly TimeSpan TableTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Looking up the sites' names and loading their certificates included.</summary>
    private static readonly TimeSpan ReloadTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The description of the configuration that serves now; empty when there is none or no process can tell (after a refused reload
    /// the master knows of no current process, although the old one serves).
    /// </summary>
    /// <exception cref="IOException">Nothing listens.</exception>
    public async Task<string> DescriptionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AskAsync("@1 show info", AskTimeout, cancellationToken);
            return answer
                .Split('\n')
                .Where(line => line.StartsWith("description: ", StringComparison.Ordinal))
                .Select(line => line["description: ".Length..].Trim())
                .FirstOrDefault(string.Empty);
        }
        catch (TimeoutException)
        {
            return string.Empty;
        }
    }

    /// <summary>
    /// Addresses and health of the sites' servers, in the form in which HAProxy reads them back; empty when no process can tell.
    /// </summary>
    public async Task<string> ServersStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AskAsync("@1 show servers state", AskTimeout, cancellationToken);
            // The first line is the format's version; anything else is an error message.
            return answer.StartsWith("1\n", StringComparison.Ordinal) ? answer : string.Empty;
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            return string.Empty;
        }
    }

    /// <summary>What is in a table, line by line; null when no process can tell.</summary>
    public async Task<string?> TableAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync($"@1 show table {name}", TableTimeout, cancellationToken);
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            return null;
        }
    }

    /// <summary>Makes the master read its file again. The answer comes when the new process serves, or was refused.</summary>
    /// <exception cref="IOException">Nothing listens, or it went away before it answered.</exception>
    public async Task<ReloadReply> ReloadAsync(CancellationToken cancellationToken)
    {
        string answer;
        try
        {
            answer = await AskAsync("reload", ReloadTimeout, cancellationToken);
        }
        catch (TimeoutException error)
        {
            throw new IOException($"The gateway did not finish a reload within {ReloadTimeout.TotalSeconds:0} s.", error);
        }

        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault() switch
        {
            "Success=1" => new ReloadReply(true, lines[1..]),
            "Success=0" => new ReloadReply(false, lines[1..]),
            _ => throw new IOException("The gateway went away during a reload."),
        };
    }

    private async Task<string> AskAsync(string command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(timeout);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(files.PathOf("master.sock")), within.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\n"), within.Token);
            // “That was all”: without it the master keeps the connection after a command that it hands to its process.
            socket.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(within.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The gateway did not answer “{command}” within {timeout.TotalSeconds:0} s.", error);
        }
        catch (SocketException error)
        {
            throw new IOException($"Nothing listens on the gateway's socket: {error.Message}", error);
        }
    }
}
