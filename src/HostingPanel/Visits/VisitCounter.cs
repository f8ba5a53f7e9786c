using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Visits;

/// <summary>
/// Counts visitors' requests in memory, in the worker that the gateway tells, and writes the sums down every five seconds, the lists of what was
/// seen most twice a minute. A worker that stops writes what it has; one that is killed loses so much, and nothing else depends on it.
/// </summary>
internal sealed partial class VisitCounter(
    IDbContextFactory<PanelDbContext> contexts,
    VisitStore store,
    IWorkerLease worker,
    TimeProvider time,
    ILogger<VisitCounter> logger
) : WorkerLoop(worker, time, logger), IVisitLog
{
    internal const int Short = 5;
    internal const int Long = 60;

    /// <summary>So long five minutes are told apart.</summary>
    internal static readonly TimeSpan ShortKept = TimeSpan.FromDays(2);

    /// <summary>So long hours are.</summary>
    internal static readonly TimeSpan LongKept = TimeSpan.FromDays(90);

    /// <summary>Addresses are people's: they are forgotten soon.</summary>
    internal static readonly TimeSpan TopsKept = TimeSpan.FromHours(24);
    private const int MostRecent = 300;

    /// <summary>Each list is some dozens of rows, which a sum is not.</summary>
    private static readonly TimeSpan ListsEvery = TimeSpan.FromSeconds(30);
    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private Dictionary<string, VisitTally> _tallies = new(StringComparer.Ordinal);
    private Dictionary<string, VisitTopTally> _tops = new(StringComparer.Ordinal);
    private long? _listedAt;
    private readonly Dictionary<string, Queue<SeenRequest>> _recent = new(StringComparer.Ordinal);
    private readonly List<(string Slug, Channel<SeenRequest> Channel)> _watchers = [];

    /// <inheritdoc/>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override string Purpose => "Counting visitors' requests";

    /// <inheritdoc/>
    public void Add(SeenRequest request)
    {
        lock (_lock)
        {
            Of(_tallies, request.Slug).Add(request);
            Of(_tops, request.Slug).Add(request);
            if (!_recent.TryGetValue(request.Slug, out var recent))
            {
                _recent[request.Slug] = recent = new Queue<SeenRequest>();
            }

            recent.Enqueue(request);
            if (recent.Count > MostRecent)
            {
                recent.Dequeue();
            }

            foreach (var (slug, channel) in _watchers)
            {
                if (slug == request.Slug)
                {
                    channel.Writer.TryWrite(request);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SeenRequest> WatchAsync(
        Guid siteId,
        int tail,
        bool follow,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? slug;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            slug = await context.Sites.Where(site => site.Id == siteId).Select(site => site.Slug).SingleOrDefaultAsync(cancellationToken);
        }

        if (slug is null)
        {
            yield break;
        }

        var channel = Channel.CreateBounded<SeenRequest>(
            new BoundedChannelOptions(MostRecent) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        var watcher = (slug, channel);
        lock (_lock)
        {
            foreach (var request in _recent.TryGetValue(slug, out var recent) ? recent.TakeLast(tail) : [])
            {
                channel.Writer.TryWrite(request);
            }

            if (follow)
            {
                _watchers.Add(watcher);
            }
            else
            {
                channel.Writer.Complete();
            }
        }

        try
        {
            await foreach (var request in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return request;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    /// <inheritdoc/>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(withLists: true, cancellationToken);
        }
        catch (Exception failure) when (failure is DbUpdateException or OperationCanceledException || DatabaseAway.Is(failure))
        {
            LogUnsettled(failure.GetBaseException().Message);
        }
    }

    /// <inheritdoc/>
    protected override Task LookAsync(CancellationToken cancellationToken) =>
        WriteAsync(_listedAt is not { } listed || Time.GetElapsedTime(listed) >= ListsEvery, cancellationToken);

    /// <summary>Writes down what was counted; with the lists it forgets what is old, too.</summary>
    internal async Task WriteAsync(bool withLists, CancellationToken cancellationToken)
    {
        var (sums, lists) = Take(withLists);
        if (sums.Count == 0 && !withLists)
        {
            return;
        }

        try
        {
            await store.WriteAsync(sums, lists, forgets: withLists, cancellationToken);
            _listedAt = withLists ? Time.GetTimestamp() : _listedAt;
        }
        catch
        {
            GiveBack(sums, lists);
            throw;
        }
    }

    private (Dictionary<string, VisitTally> Sums, Dictionary<string, VisitTopTally> Lists) Take(bool withLists)
    {
        lock (_lock)
        {
            var sums = _tallies;
            _tallies = new(StringComparer.Ordinal);
            if (!withLists)
            {
                return (sums, []);
            }

            var lists = _tops;
            _tops = new(StringComparer.Ordinal);
            return (sums, lists);
        }
    }

    /// <summary>The database was away: they are tried again with what is counted meanwhile.</summary>
    private void GiveBack(Dictionary<string, VisitTally> sums, Dictionary<string, VisitTopTally> lists)
    {
        lock (_lock)
        {
            foreach (var (slug, tally) in sums)
            {
                Of(_tallies, slug).Add(tally);
            }

            foreach (var (slug, list) in lists)
            {
                Of(_tops, slug).Add(list);
            }
        }
    }

    private static T Of<T>(Dictionary<string, T> all, string slug)
        where T : new()
    {
        if (!all.TryGetValue(slug, out var one))
        {
            all[slug] = one = new T();
        }

        return one;
    }

    [LoggerMessage(110, LogLevel.Warning, "What was counted of visitors last could not be written down: {Reason}")]
    private partial void LogUnsettled(string reason);
}
