using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Visits;

/// <summary>The use case of looking at a site's visits.</summary>
public sealed class VisitService
{
    private const int TopsShown = 10;
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly TimeProvider _time;

    internal VisitService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time) => (_contexts, _time) = (contexts, time);

    /// <summary>What visitors asked of a site. Who asked is personal: it takes the permission to read logs. Refused: <c>site-not-found</c>.</summary>
    public async Task<Outcome<VisitView>> GetAsync(Actor actor, string slug, VisitSpan span, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadLogs, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var now = _time.GetUtcNow();
        var (minutes, step, steps) = span switch
        {
            VisitSpan.Hour => (VisitCounter.Short, TimeSpan.FromMinutes(5), 12),
            VisitSpan.Day => (VisitCounter.Long, TimeSpan.FromHours(1), 24),
            VisitSpan.Week => (VisitCounter.Long, TimeSpan.FromHours(6), 28),
            VisitSpan.Quarter => (VisitCounter.Long, TimeSpan.FromDays(1), 90),
            _ => throw new InvalidOperationException($"How a {span} is told is not written down."),
        };
        // The running step is the last one.
        var end = new DateTimeOffset(((now.UtcTicks / step.Ticks) + 1) * step.Ticks, TimeSpan.Zero);
        var from = end - (step * steps);
        var rows = await context
            .VisitBuckets.AsNoTracking()
            .Where(row => row.SiteId == site.Id && row.Minutes == minutes && row.At >= from && row.At < end)
            .ToListAsync(cancellationToken);
        // Of a flood the gateway tells a few requests only; how many it refused it counts, by the hour.
        var refused = await context
            .RefusedHours.AsNoTracking()
            .Where(row => row.SiteId == site.Id && row.Hour >= from && row.Hour < end)
            .GroupBy(row => row.Hour)
            .Select(group => new { Hour = group.Key, Requests = group.Sum(row => row.Requests) })
            .ToListAsync(cancellationToken);
        var hourAgo = now.AddHours(-1);
        var tops = await context
            .VisitTops.Where(row => row.SiteId == site.Id && row.At >= hourAgo)
            .GroupBy(row => new { row.Kind, row.Text })
            .Select(group => new
            {
                group.Key.Kind,
                group.Key.Text,
                Requests = group.Sum(row => row.Requests),
            })
            .ToListAsync(cancellationToken);
        return new VisitView(
            span,
            step,
            FiguresOf(from, rows, RefusedIn(from, end)),
            [
                .. Enumerable
                    .Range(0, steps)
                    .Select(index => from + (step * index))
                    .Select(at => FiguresOf(at, [.. rows.Where(row => row.At >= at && row.At < at + step)], RefusedIn(at, at + step))),
            ],
            TopsOf(VisitTopKind.Path),
            TopsOf(VisitTopKind.Address),
            TopsOf(VisitTopKind.Agent)
        );

        // Five minutes of an hour are not told apart there.
        long RefusedIn(DateTimeOffset start, DateTimeOffset until) =>
            minutes == VisitCounter.Long ? refused.Where(row => row.Hour >= start && row.Hour < until).Sum(row => row.Requests) : 0;

        IReadOnlyList<VisitTopView> TopsOf(VisitTopKind kind) =>
            [
                .. tops.Where(top => top.Kind == kind)
                    .OrderByDescending(top => top.Requests)
                    .ThenBy(top => top.Text, StringComparer.Ordinal)
                    .Take(TopsShown)
                    .Select(top => new VisitTopView(top.Text, top.Requests)),
            ];
    }

    /// <summary>The sums of rows.</summary>
    /// <param name="from">Their beginning.</param>
    /// <param name="rows">What was told of.</param>
    /// <param name="counted">How many the gateway counted as refused, of which it may not have told: they are requests, too.</param>
    private static VisitFigures FiguresOf(DateTimeOffset from, IReadOnlyList<VisitBucket> rows, long counted)
    {
        var times = new long[ResponseTimes.Steps];
        foreach (var row in rows)
        {
            ResponseTimes.Add(times, row.Times);
        }

        var told = rows.Sum(row => row.Requests);
        var untold = Math.Max(0, counted - rows.Sum(row => row.Refused));
        return new VisitFigures(
            from,
            told + untold,
            rows.Sum(row => row.Good),
            rows.Sum(row => row.Redirected),
            rows.Sum(row => row.ClientErrors) + untold,
            rows.Sum(row => row.ServerErrors),
            rows.Sum(row => row.Refused) + untold,
            rows.Sum(row => row.Bytes),
            ResponseTimes.Percentile(times, 0.5),
            ResponseTimes.Percentile(times, 0.95),
            told == 0 ? null : (double)rows.Sum(row => row.QueueMilliseconds) / told
        );
    }
}
