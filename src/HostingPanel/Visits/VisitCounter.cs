using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Visits;

/// <summary>
/// Counts visitors' requests in memory and writes the sums down twice a minute, in the worker that the gateway tells. What a worker that is
/// killed had not written yet is lost; nothing else depends on it.
/// </summary>
internal sealed class VisitCounter(
    IDbContextFactory<PanelDbContext> contexts,
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
    private readonly Lock _lock = new();
    private readonly Dictionary<string, VisitTally> _tallies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<SeenRequest>> _recent = new(StringComparer.Ordinal);
    private readonly List<(string Slug, Channel<SeenRequest> Channel)> _watchers = [];

    /// <inheritdoc/>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override string Purpose => "Counting visitors' requests";

    /// <inheritdoc/>
    public void Add(SeenRequest request)
    {
        lock (_lock)
        {
            if (!_tallies.TryGetValue(request.Slug, out var tally))
            {
                _tallies[request.Slug] = tally = new VisitTally();
            }

            tally.Add(request);
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
    protected override Task LookAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);

    /// <summary>Writes down what was counted, and forgets what is old.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        var taken = Take();
        try
        {
            await WriteAsync(taken, now, cancellationToken);
        }
        catch
        {
            GiveBack(taken);
            throw;
        }
    }

    private async Task WriteAsync(Dictionary<string, VisitTally> taken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var slugs = taken.Keys.ToList();
        var sites = await context
            .Sites.Where(site => slugs.Contains(site.Slug))
            .ToDictionaryAsync(site => site.Slug, site => site.Id, StringComparer.Ordinal, cancellationToken);
        var ids = sites.Values.ToList();
        var (five, hour) = (Floor(now, Short), Floor(now, Long));
        var rows = (
            await context
                .VisitBuckets.Where(row => ids.Contains(row.SiteId))
                .Where(row => (row.Minutes == Short && row.At == five) || (row.Minutes == Long && row.At == hour))
                .ToListAsync(cancellationToken)
        ).ToDictionary(row => (row.SiteId, row.Minutes));
        var tops = (
            await context.VisitTops.Where(row => ids.Contains(row.SiteId) && row.At == five).ToListAsync(cancellationToken)
        ).ToDictionary(row => (row.SiteId, row.Kind, row.Text));
        foreach (var (slug, tally) in taken.Where(pair => sites.ContainsKey(pair.Key)))
        {
            var site = sites[slug];
            tally.AddTo(RowOf(site, Short, five));
            tally.AddTo(RowOf(site, Long, hour));
            foreach (var (kind, text, requests) in tally.Tops())
            {
                if (!tops.TryGetValue((site, kind, text), out var top))
                {
                    top = new VisitTop
                    {
                        SiteId = site,
                        At = five,
                        Kind = kind,
                        Text = text,
                    };
                    context.Add(top);
                }

                top.Requests += requests;
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        await context.VisitBuckets.Where(row => row.Minutes == Short && row.At < now - ShortKept).ExecuteDeleteAsync(cancellationToken);
        await context.VisitBuckets.Where(row => row.At < now - LongKept).ExecuteDeleteAsync(cancellationToken);
        await context.VisitTops.Where(row => row.At < now - TopsKept).ExecuteDeleteAsync(cancellationToken);

        VisitBucket RowOf(Guid site, int minutes, DateTimeOffset at)
        {
            if (!rows.TryGetValue((site, minutes), out var row))
            {
                row = new VisitBucket
                {
                    SiteId = site,
                    Minutes = minutes,
                    At = at,
                };
                context.Add(row);
            }

            return row;
        }
    }

    private Dictionary<string, VisitTally> Take()
    {
        lock (_lock)
        {
            var taken = new Dictionary<string, VisitTally>(_tallies, StringComparer.Ordinal);
            _tallies.Clear();
            return taken;
        }
    }

    /// <summary>The database was away: those of sites that nobody visited meanwhile are tried again, the others begin anew.</summary>
    private void GiveBack(Dictionary<string, VisitTally> taken)
    {
        lock (_lock)
        {
            foreach (var (slug, tally) in taken)
            {
                _tallies.TryAdd(slug, tally);
            }
        }
    }

    private static DateTimeOffset Floor(DateTimeOffset at, int minutes)
    {
        var ticks = TimeSpan.FromMinutes(minutes).Ticks;
        return new DateTimeOffset(at.UtcTicks / ticks * ticks, TimeSpan.Zero);
    }
}
