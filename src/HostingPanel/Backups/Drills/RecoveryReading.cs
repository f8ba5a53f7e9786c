using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Drills;

/// <summary>Reads what restore points and drills say of sites.</summary>
internal static class RecoveryReading
{
    /// <summary>The typical recovery time of a site is the median of so many.</summary>
    public const int TypicalOf = 10;

    /// <summary>Of these sites, by slug: four queries, however many there are.</summary>
    /// <param name="context">Where to read.</param>
    /// <param name="sites">Their slugs by identity.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<IReadOnlyList<SiteRecovery>> ReadAsync(
        PanelDbContext context,
        IReadOnlyDictionary<Guid, string> sites,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        Guid[] ids = [.. sites.Keys];
        var points = (
            await context
                .RestorePoints.AsNoTracking()
                .Where(point => ids.Contains(point.SiteId) && point.State == RestorePointState.Good)
                .Select(point => new Point(point.SiteId, point.Id, point.TakenAt, point.ProvedAt, point.SuspectedAt))
                .ToListAsync(cancellationToken)
        ).ToLookup(point => point.SiteId);
        var running = (
            await context
                .RestoreDrills.Where(drill => ids.Contains(drill.SiteId) && drill.FinishedAt == null)
                .Select(drill => new { drill.SiteId, drill.Id })
                .ToListAsync(cancellationToken)
        ).ToLookup(drill => drill.SiteId, drill => drill.Id);
        var times = (
            await context
                .Database.SqlQuery<RecoveryTime>(
                    $"""
                    SELECT site_id AS "SiteId", recovery_seconds AS "Seconds" FROM (
                        SELECT site_id, recovery_seconds, row_number() OVER (PARTITION BY site_id ORDER BY id DESC) AS place FROM restore_drills
                        WHERE verdict = 'Passed' AND recovery_seconds IS NOT NULL AND site_id = ANY({ids})) AS ranked
                    WHERE place <= {TypicalOf} ORDER BY site_id, place
                    """
                )
                .ToListAsync(cancellationToken)
        ).ToLookup(row => row.SiteId, row => TimeSpan.FromSeconds(row.Seconds));
        var last = await RestoreDrillView.ListAsync(
            context
                .RestoreDrills.AsNoTracking()
                .Where(drill =>
                    ids.Contains(drill.SiteId)
                    && drill.FinishedAt != null
                    && drill.Verdict != RestoreDrillVerdict.BrokenOff
                    && !context.RestoreDrills.Any(later =>
                        later.SiteId == drill.SiteId
                        && later.FinishedAt != null
                        && later.Verdict != RestoreDrillVerdict.BrokenOff
                        && later.Id > drill.Id
                    )
                ),
            cancellationToken
        );
        var sitesOfDrills = await context
            .RestoreDrills.Where(drill => last.Select(view => view.Id).Contains(drill.Id))
            .ToDictionaryAsync(drill => drill.Id, drill => drill.SiteId, cancellationToken);
        var lastOf = last.ToDictionary(view => sitesOfDrills[view.Id]);
        return
        [
            .. sites
                .OrderBy(site => site.Value, StringComparer.Ordinal)
                .Select(site =>
                    Of(
                        site.Value,
                        [.. points[site.Key]],
                        [.. times[site.Key]],
                        lastOf.GetValueOrDefault(site.Key),
                        [.. running[site.Key]],
                        now
                    )
                ),
        ];
    }

    private static SiteRecovery Of(
        string slug,
        IReadOnlyList<Point> points,
        IReadOnlyList<TimeSpan> times,
        RestoreDrillView? last,
        IReadOnlyList<Guid> running,
        DateTimeOffset now
    )
    {
        var newest = points.MaxBy(point => point.Id);
        var proved = points.Where(point => point.ProvedAt is not null).ToList();
        var lastProved = proved.MaxBy(point => point.ProvedAt);
        return new SiteRecovery(
            slug,
            newest?.TakenAt,
            newest?.Id,
            lastProved?.ProvedAt,
            lastProved?.Id,
            proved.Max(point => point.TakenAt),
            now - newest?.TakenAt,
            times.Count > 0 ? times[0] : null,
            Median(times),
            last,
            running.Count > 0 ? running[0] : null,
            points.Count(point => point.SuspectedAt is not null),
            last?.Verdict == RestoreDrillVerdict.Failed || newest?.SuspectedAt is not null
        );
    }

    internal static TimeSpan? Median(IReadOnlyCollection<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count == 0 ? null
            : sorted.Count % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private sealed record Point(Guid SiteId, Guid Id, DateTimeOffset? TakenAt, DateTimeOffset? ProvedAt, DateTimeOffset? SuspectedAt);

    private sealed record RecoveryTime(Guid SiteId, double Seconds);
}
