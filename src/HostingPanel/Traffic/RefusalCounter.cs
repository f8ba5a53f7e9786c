using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Traffic;

/// <summary>
/// Writes down each minute what the gateway has refused: sums of each hour, and how the last hour was. The gateway counts; what it refused
/// while no worker ran is in the last hour's figures and missing in the sums.
/// </summary>
internal sealed class RefusalCounter(
    IGatewayRefusals gateway,
    IDbContextFactory<PanelDbContext> contexts,
    IWorkerLease worker,
    TimeProvider time,
    ILogger<RefusalCounter> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>So long the sums are kept.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private Dictionary<(string, TrafficRefusal, string), long>? _known;

    /// <summary>Whom the running hour has counted already, so that an address is one however often it is refused.</summary>
    private readonly HashSet<(string Slug, TrafficRefusal Reason, string Address)> _ofHour = [];
    private DateTimeOffset _hour;

    /// <inheritdoc/>
    protected override string Purpose => "Counting refused requests";

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await gateway.ReadAsync(cancellationToken) is { } counts)
        {
            await WriteAsync(counts, cancellationToken);
        }
    }

    /// <summary>One look's figures.</summary>
    internal async Task WriteAsync(IReadOnlyList<RefusalCount> counts, CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var slugs = counts.Select(count => count.Slug).Distinct(StringComparer.Ordinal).ToList();
        var sites = await context
            .Sites.Where(site => slugs.Contains(site.Slug))
            .ToDictionaryAsync(site => site.Slug, site => site.Id, StringComparer.Ordinal, cancellationToken);
        var known = counts.Where(count => sites.ContainsKey(count.Slug)).ToList();
        await AddToHourAsync(context, sites, Since(known), now, cancellationToken);
        await SetLatelyAsync(context, sites, known, now, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await context.RefusedHours.Where(row => row.Hour < now - Kept).ExecuteDeleteAsync(cancellationToken);
        // Only now: what could not be written is counted by the next look.
        _known = counts.ToDictionary(KeyOf, count => count.Total);
    }

    /// <summary>What has come since the last look; nothing at the first, which does not know since when the gateway counts.</summary>
    private List<RefusalCount> Since(List<RefusalCount> counts)
    {
        if (_known is not { } before)
        {
            return [];
        }

        return
        [
            .. counts
                .Select(count =>
                    // A gateway that was started anew counts from nothing.
                    count with
                    {
                        Total = before.TryGetValue(KeyOf(count), out var seen) && seen <= count.Total ? count.Total - seen : count.Total,
                    }
                )
                .Where(count => count.Total > 0),
        ];
    }

    private async Task AddToHourAsync(
        PanelDbContext context,
        Dictionary<string, Guid> sites,
        List<RefusalCount> added,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        if (hour != _hour)
        {
            _hour = hour;
            _ofHour.Clear();
        }

        foreach (var group in added.GroupBy(count => (count.Slug, count.Reason)))
        {
            var row = await context.RefusedHours.SingleOrDefaultAsync(
                row => row.SiteId == sites[group.Key.Slug] && row.Hour == hour && row.Reason == group.Key.Reason,
                cancellationToken
            );
            if (row is null)
            {
                row = new RefusedHour
                {
                    SiteId = sites[group.Key.Slug],
                    Hour = hour,
                    Reason = group.Key.Reason,
                };
                context.Add(row);
            }

            row.Requests += group.Sum(count => count.Total);
            foreach (var count in group)
            {
                _ofHour.Add(KeyOf(count));
            }

            row.Addresses = Math.Max(row.Addresses, _ofHour.Count(seen => seen.Slug == group.Key.Slug && seen.Reason == group.Key.Reason));
        }
    }

    private static async Task SetLatelyAsync(
        PanelDbContext context,
        Dictionary<string, Guid> sites,
        List<RefusalCount> counts,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await context.RefusedLately.ExecuteDeleteAsync(cancellationToken);
        foreach (var site in counts.Where(count => count.LastHour > 0).GroupBy(count => count.Slug, StringComparer.Ordinal))
        {
            IEnumerable<(TrafficRefusal Reason, List<RefusalCount> Counts)> rows =
            [
                .. site.GroupBy(count => count.Reason).Select(group => (group.Key, group.ToList())),
                (TrafficRefusal.Any, [.. site]),
            ];
            foreach (var (reason, all) in rows)
            {
                context.Add(
                    new RefusedLately
                    {
                        SiteId = sites[site.Key],
                        Reason = reason,
                        Requests = all.Sum(count => count.LastHour),
                        Addresses = all.Select(count => count.Address).Distinct(StringComparer.Ordinal).Count(),
                        CountedAt = now,
                    }
                );
            }
        }
    }

    private static (string Slug, TrafficRefusal Reason, string Address) KeyOf(RefusalCount count) =>
        (count.Slug, count.Reason, count.Address);
}
