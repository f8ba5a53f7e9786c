using System.Net.Sockets;
using System.Text;

namespace HostingPanel.Tests.Gateway;

/// <summary>HAProxy's master socket: one command per connection, answered when the caller has hung up, as the real one does.</summary>
internal sealed class FakeMaster : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _directory;
    private readonly Lock _lock = new();
    private readonly List<string> _commands = [];
    private readonly Task _loop;
    private string _running = "";

    public FakeMaster(string directory)
    {
        _directory = directory;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory, "master.sock")));
        _listener.Listen();
        _loop = ServeAsync();
    }

    /// <summary>What is said to the text of a configuration: null takes it.</summary>
    public Func<string, string?> Objection { get; set; } = static _ => null;

    /// <summary>Hangs up on a reload without a word, as a container that is killed does.</summary>
    public int ReloadsToDie { get; set; }

    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (_lock)
            {
                return [.. _commands];
            }
        }
    }

    public int Reloads => Commands.Count(command => command == "reload");

    /// <summary>Was there a state of the servers to go on with at each reload?</summary>
    public List<bool> StateAtReload { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptAsync(_stopping.Token);
                await using var stream = new NetworkStream(connection);
                using var reader = new StreamReader(stream, Encoding.ASCII);
                var command = (await reader.ReadToEndAsync(_stopping.Token)).Trim();
                lock (_lock)
                {
                    _commands.Add(command);
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(Answer(command)), _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private string Answer(string command)
    {
        switch (command)
        {
            case "@1 show info":
                return $"Name: HAProxy\ndescription: {_running}\n\n";
            case "@1 show servers state":
                return "1\n# be_id be_name srv_id srv_name\n\n";
            case "reload" when ReloadsToDie > 0:
                ReloadsToDie--;
                return "";
            case "reload":
                StateAtReload.Add(File.Exists(Path.Combine(_directory, "servers.state")));
                var text = File.ReadAllText(Path.Combine(_directory, "haproxy.cfg"));
                if (Objection(text) is { } objection)
                {
                    return $"Success=0\n--\n[NOTICE]   (6) : haproxy version is 3.0\n[ALERT]    (6) : config : {objection}\n[ALERT]    (6) : config : Error(s) found\n\n";
                }

                _running = text.Split('\n').First(line => line.Contains("description ", StringComparison.Ordinal)).Trim()[
                    "description ".Length..
                ];
                return "Success=1\n--\n[NOTICE]   (6) : Loading success.\n\n";
            default:
                return "Unknown command\n\n";
        }
    }
}
