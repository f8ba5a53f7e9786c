using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Gateway;

/// <summary>Whose the socket is by which the gateway tells of requests, and what becomes of what it has told.</summary>
public sealed class RequestLogTests : IDisposable
{
    private const int Many = 5000;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly CancellationTokenSource _stopping = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string SocketPath => Path.Combine(_directory.FullName, RequestLog.SocketName);

    public void Dispose()
    {
        _stopping.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task All_that_was_told_before_the_worker_stops_is_counted_and_then_written_down()
    {
        var (log, visits, _) = NewWorker(isHeld: true);
        await log.StartAsync(Token);
        using var gateway = await ConnectAsync();
        await TellAsync(gateway, Many);
        await log.StopAsync(Token);
        Assert.Equal((Many, Many), (visits.Seen, visits.Settled));
        // The gateway finds nobody, and keeps the next for whoever comes.
        using var late = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), Token).AsTask());
    }

    [Fact(Timeout = 60_000)]
    public async Task At_the_first_word_of_an_end_it_stops_before_its_turn_among_the_services()
    {
        var (log, visits, lifetime) = NewWorker(isHeld: true);
        await log.StartAsync(Token);
        using var gateway = await ConnectAsync();
        await TellAsync(gateway, 1);
        lifetime.StopApplication();
        await visits.HasSettled.WaitAsync(Token);
        Assert.Equal((1, 1), (visits.Seen, visits.Settled));
        await log.StopAsync(Token);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_stands_by_listens_to_nothing_and_one_whose_turn_is_over_leaves_the_next_ones_socket_alone()
    {
        var (first, seenByFirst, _) = NewWorker(isHeld: true);
        var (second, seenBySecond, _) = NewWorker(isHeld: false);
        await first.StartAsync(Token);
        using var gateway = await ConnectAsync();
        await second.StartAsync(Token);
        await TellAsync(gateway, 3);
        await seenByFirst.HasSeenAsync(3);
        Assert.Equal(0, seenBySecond.Seen);

        // The second has the lease while the first, which slept, does not know it yet.
        using (var replaced = new SocketWatch(_directory.FullName))
        {
            seenBySecond.Lease.IsHeld = true;
            await replaced.WaitAsync();
        }

        using var next = await ConnectAsync();
        await TellAsync(next, 1);
        await seenBySecond.HasSeenAsync(1);
        seenByFirst.Lease.IsHeld = false;
        await seenByFirst.HasSettled.WaitAsync(Token);
        Assert.Equal(0, await gateway.ReceiveAsync(new byte[1], Token));
        Assert.True(File.Exists(SocketPath));
        await first.StopAsync(Token);
        using var after = await ConnectAsync();
        await TellAsync(after, 2);
        await seenBySecond.HasSeenAsync(3);
        await second.StopAsync(Token);
    }

    private (RequestLog Log, FakeVisits Visits, FakeLifetime Lifetime) NewWorker(bool isHeld)
    {
        var files = new GatewayFiles(Options.Create(new GatewayOptions { Directory = _directory.FullName }));
        var visits = new FakeVisits();
        visits.Lease.IsHeld = isHeld;
        var lifetime = new FakeLifetime(_stopping);
        return (new RequestLog(files, visits, visits.Lease, lifetime, NullLogger<RequestLog>.Instance), visits, lifetime);
    }

    private async Task<Socket> ConnectAsync()
    {
        using (var made = new SocketWatch(_directory.FullName))
        {
            if (!File.Exists(SocketPath))
            {
                await made.WaitAsync();
            }
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), Token);
        return socket;
    }

    private static async Task TellAsync(Socket gateway, int requests)
    {
        var line = Encoding.UTF8.GetBytes("""{"route": "site-shop", "status": 200, "path": "/"}""" + "\n");
        await gateway.SendAsync(Enumerable.Repeat(line, requests).SelectMany(one => one).ToArray(), Token);
    }

    /// <summary>Sees a socket come to its place: a worker makes it under another name, and moves it there when it listens.</summary>
    private sealed class SocketWatch : IDisposable
    {
        private readonly TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly FileSystemWatcher _watcher;

        public SocketWatch(string directory)
        {
            _watcher = new FileSystemWatcher(directory, RequestLog.SocketName);
            _watcher.Renamed += (_, _) => _moved.TrySetResult();
            _watcher.EnableRaisingEvents = true;
        }

        public Task WaitAsync() => _moved.Task.WaitAsync(Token);

        public void Dispose() => _watcher.Dispose();
    }

    private sealed class FakeVisits : IVisitLog
    {
        private readonly Channel<int> _counts = Channel.CreateUnbounded<int>();
        private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _seen;

        public Held Lease { get; } = new();

        public int Seen => Volatile.Read(ref _seen);

        /// <summary>How many had been seen when it was written down; -1 before.</summary>
        public int Settled { get; private set; } = -1;

        public Task HasSettled => _settled.Task;

        public void Add(SeenRequest request) => _counts.Writer.TryWrite(Interlocked.Increment(ref _seen));

        /// <summary>Waits for more than were waited for before.</summary>
        public async Task HasSeenAsync(int count)
        {
            while (await _counts.Reader.ReadAsync(Token) < count)
            {
                // The next.
            }
        }

        public Task SettleAsync(CancellationToken cancellationToken)
        {
            Settled = Seen;
            _settled.TrySetResult();
            return Task.CompletedTask;
        }

        public async IAsyncEnumerable<SeenRequest> WatchAsync(
            Guid siteId,
            int tail,
            bool follow,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.CompletedTask;
            yield break;
        }
    }

    private sealed class Held : IWorkerLease
    {
        private volatile bool _isHeld;

        public bool IsHeld
        {
            get => _isHeld;
            set => _isHeld = value;
        }
    }

    private sealed class FakeLifetime(CancellationTokenSource stopping) : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => stopping.Cancel();
    }
}
