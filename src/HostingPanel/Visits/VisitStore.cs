using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Visits;

/// <summary>Writes down what was counted of visitors' requests.</summary>
internal sealed class VisitStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>Any number; taken while writing, for a worker whose turn is over may write its last beside the next one's first.</summary>
    private const long WritingLock = 0x4850_5649_5349;

    /// <summary>Adds what was counted to what is written down already; forgets what is old where it is told to.</summary>
    public async Task WriteAsync(
        Dictionary<string, VisitTally> sums,
        Dictionary<string, VisitTopTally> lists,
        bool forgets,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({WritingLock})", cancellationToken);
        var slugs = sums.Keys.Union(lists.Keys, StringComparer.Ordinal).ToList();
        var sites = await context
            .Sites.Where(site => slugs.Contains(site.Slug))
            .ToDictionaryAsync(site => site.Slug, site => site.Id, StringComparer.Ordinal, cancellationToken);
        await AddSumsAsync(context, BySite(sums), now, cancellationToken);
        await AddListsAsync(context, BySite(lists), now, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        if (forgets)
        {
            await context
                .VisitBuckets.Where(row => row.Minutes == VisitCounter.Short && row.At < now - VisitCounter.ShortKept)
                .ExecuteDeleteAsync(cancellationToken);
            await context.VisitBuckets.Where(row => row.At < now - VisitCounter.LongKept).ExecuteDeleteAsync(cancellationToken);
            await context.VisitTops.Where(row => row.At < now - VisitCounter.TopsKept).ExecuteDeleteAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);

        // What is of no site any more is nobody's.
        Dictionary<Guid, T> BySite<T>(Dictionary<string, T> counted) =>
            counted.Where(pair => sites.ContainsKey(pair.Key)).ToDictionary(pair => sites[pair.Key], pair => pair.Value);
    }

    private static async Task AddSumsAsync(
        PanelDbContext context,
        Dictionary<Guid, VisitTally> sums,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var ids = sums.Keys.ToList();
        var (five, hour) = (Floor(now, VisitCounter.Short), Floor(now, VisitCounter.Long));
        var rows = (
            await context
                .VisitBuckets.Where(row => ids.Contains(row.SiteId))
                .Where(row => (row.Minutes == VisitCounter.Short && row.At == five) || (row.Minutes == VisitCounter.Long && row.At == hour))
                .ToListAsync(cancellationToken)
        ).ToDictionary(row => (row.SiteId, row.Minutes));
        foreach (var (site, tally) in sums)
        {
            tally.AddTo(RowOf(site, VisitCounter.Short, five));
            tally.AddTo(RowOf(site, VisitCounter.Long, hour));
        }

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

    private static async Task AddListsAsync(
        PanelDbContext context,
        Dictionary<Guid, VisitTopTally> lists,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (ids, five) = (lists.Keys.ToList(), Floor(now, VisitCounter.Short));
        var tops = (
            await context.VisitTops.Where(row => ids.Contains(row.SiteId) && row.At == five).ToListAsync(cancellationToken)
        ).ToDictionary(row => (row.SiteId, row.Kind, row.Text));
        foreach (var (site, list) in lists)
        {
            foreach (var (kind, text, requests) in list.Tops())
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
    }

    private static DateTimeOffset Floor(DateTimeOffset at, int minutes)
    {
        var ticks = TimeSpan.FromMinutes(minutes).Ticks;
        return new DateTimeOffset(at.UtcTicks / ticks * ticks, TimeSpan.Zero);
    }
}
