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
            FiguresOf(from, rows),
            [
                .. Enumerable
                    .Range(0, steps)
                    .Select(index => from + (step * index))
                    .Select(at => FiguresOf(at, [.. rows.Where(row => row.At >= at && row.At < at + step)])),
            ],
            TopsOf(VisitTopKind.Path),
            TopsOf(VisitTopKind.Address),
            TopsOf(VisitTopKind.Agent)
        );

        IReadOnlyList<VisitTopView> TopsOf(VisitTopKind kind) =>
            [
                .. tops.Where(top => top.Kind == kind)
                    .OrderByDescending(top => top.Requests)
                    .ThenBy(top => top.Text, StringComparer.Ordinal)
                    .Take(TopsShown)
                    .Select(top => new VisitTopView(top.Text, top.Requests)),
            ];
    }

    private static VisitFigures FiguresOf(DateTimeOffset from, IReadOnlyList<VisitBucket> rows)
    {
        var times = new long[ResponseTimes.Steps];
        foreach (var row in rows)
        {
            ResponseTimes.Add(times, row.Times);
        }

        var requests = rows.Sum(row => row.Requests);
        return new VisitFigures(
            from,
            requests,
            rows.Sum(row => row.Good),
            rows.Sum(row => row.Redirected),
            rows.Sum(row => row.ClientErrors),
            rows.Sum(row => row.ServerErrors),
            rows.Sum(row => row.Refused),
            rows.Sum(row => row.Bytes),
            ResponseTimes.Percentile(times, 0.5),
            ResponseTimes.Percentile(times, 0.95),
            requests == 0 ? null : (double)rows.Sum(row => row.QueueMilliseconds) / requests
        );
    }
}
