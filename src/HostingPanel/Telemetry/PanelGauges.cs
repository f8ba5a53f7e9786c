using System.Diagnostics.Metrics;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Backups.Policies;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Telemetry;

/// <summary>How things stood at one moment.</summary>
/// <param name="Queued">Operations that wait.</param>
/// <param name="Running">Operations that a worker has.</param>
/// <param name="OldestWaitSince">Since when the oldest of those that wait does; null when none does.</param>
/// <param name="Backups">How many sites there are of each state.</param>
/// <param name="Unproved">Sites with restore points of which none was found right for longer than their plan promises.</param>
/// <param name="Troubled">Sites that the reconciler could not mend yet.</param>
internal sealed record PanelStanding(
    int Queued,
    int Running,
    DateTimeOffset? OldestWaitSince,
    IReadOnlyDictionary<BackupHealthState, int> Backups,
    int Unproved,
    int Troubled
);

/// <summary>
/// Gauges of how things stand, read from the database now and then by the worker that holds the lease, and only while somebody wants to know.
/// Whoever asks for a gauge is given what was read last: asking costs nothing and can't fail. What is too old is not told.
/// </summary>
internal sealed class PanelGauges : WorkerLoop
{
    /// <summary>What is older says nothing of how things stand.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private static readonly BackupHealthState[] States = Enum.GetValues<BackupHealthState>();
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupHealthService _health;
    private readonly PanelMetrics _metrics;
    private readonly IWorkerLease _worker;
    private volatile Reading? _last;

    public PanelGauges(
        IDbContextFactory<PanelDbContext> contexts,
        BackupHealthService health,
        PanelMetrics metrics,
        IWorkerLease worker,
        TimeProvider time,
        ILogger<PanelGauges> logger
    )
        : base(worker, time, logger)
    {
        (_contexts, _health, _metrics, _worker) = (contexts, health, metrics, worker);
        var meter = metrics.Meter;
        meter.CreateObservableGauge(
            "hostingpanel.operations.unfinished",
            () => Tell<long>(standing => [Of(standing.Queued, "state", "queued"), Of(standing.Running, "state", "running")]),
            "{operation}",
            "Operations that wait or run."
        );
        meter.CreateObservableGauge(
            "hostingpanel.operations.oldest_wait",
            () =>
                Tell<double>(standing =>
                    [new Measurement<double>(Math.Max(0, ((Time.GetUtcNow() - standing.OldestWaitSince) ?? TimeSpan.Zero).TotalSeconds))]
                ),
            "s",
            "For how long the oldest of the operations that wait has done so."
        );
        meter.CreateObservableGauge(
            "hostingpanel.sites.backups",
            () =>
                Tell<long>(standing =>
                    [.. States.Select(state => Of(standing.Backups.GetValueOrDefault(state), "state", PanelMetrics.Word(state)))]
                ),
            "{site}",
            "Sites by whether what is promised of their restore points is kept."
        );
        meter.CreateObservableGauge(
            "hostingpanel.sites.unproved",
            () => Tell<long>(standing => [new Measurement<long>(standing.Unproved)]),
            "{site}",
            "Sites whose restore points were not found right for longer than their plan promises."
        );
        meter.CreateObservableGauge(
            "hostingpanel.sites.troubled",
            () => Tell<long>(standing => [new Measurement<long>(standing.Troubled)]),
            "{site}",
            "Sites that the reconciler could not mend yet."
        );
    }

    protected override string Purpose => "Reading what the gauges show";

    protected override TimeSpan Interval => TimeSpan.FromSeconds(30);

    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        if (_metrics.IsWatched)
        {
            await RefreshAsync(cancellationToken);
        }
    }

    /// <summary>Reads once.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var at = Time.GetTimestamp();
        _last = new Reading(await ReadAsync(cancellationToken), at);
    }

    /// <summary>How things stand now.</summary>
    public async Task<PanelStanding> ReadAsync(CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var operations = await context
            .Operations.Where(operation => operation.State == OperationState.Queued || operation.State == OperationState.Running)
            .GroupBy(operation => operation.State)
            .Select(group => new
            {
                State = group.Key,
                Count = group.Count(),
                Oldest = group.Min(operation => operation.CreatedAt),
            })
            .ToListAsync(cancellationToken);
        var queued = operations.SingleOrDefault(row => row.State == OperationState.Queued);
        return new PanelStanding(
            queued?.Count ?? 0,
            operations.SingleOrDefault(row => row.State == OperationState.Running)?.Count ?? 0,
            queued?.Oldest,
            await _health.CountAsync(cancellationToken),
            await CountUnprovedAsync(context, cancellationToken),
            await context.SiteTroubles.CountAsync(trouble => trouble.Code != null, cancellationToken)
        );
    }

    /// <summary>
    /// A drill outlives its restore point, and a restore proves one, too. What was never proved counts from when the site was made, for
    /// retention removes its first restore points.
    /// </summary>
    private async Task<int> CountUnprovedAsync(PanelDbContext context, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var sites = await context
            .Sites.Where(site =>
                site.ProvisionedAt != null
                && site.Environment != SiteEnvironment.Drill
                && (site.State == SiteState.Running || site.State == SiteState.Stopped)
                && site.Organisation!.Plan!.DrillEveryDays > 0
                && context.RestorePoints.Any(point => point.SiteId == site.Id && point.State == RestorePointState.Good)
            )
            .Select(site => new
            {
                Days = site.Organisation!.Plan!.DrillEveryDays,
                Made = site.ProvisionedAt!.Value,
                Proved = context.RestorePoints.Where(point => point.SiteId == site.Id).Max(point => point.ProvedAt),
                Passed = context
                    .RestoreDrills.Where(drill => drill.SiteId == site.Id && drill.Verdict == RestoreDrillVerdict.Passed)
                    .Max(drill => drill.FinishedAt),
            })
            .ToListAsync(cancellationToken);
        return sites.Count(site =>
        {
            var proved = site.Passed > site.Proved || site.Proved is null ? site.Passed : site.Proved;
            return (proved ?? site.Made) < now.AddDays(-site.Days) - DrillPlan.Rest;
        });
    }

    private IEnumerable<Measurement<T>> Tell<T>(Func<PanelStanding, IReadOnlyList<Measurement<T>>> tell)
        where T : struct => _worker.IsHeld && _last is { } last && Time.GetElapsedTime(last.At) <= Lifetime ? tell(last.Standing) : [];

    private static Measurement<long> Of(long value, string label, string word) =>
        new(value, new KeyValuePair<string, object?>(label, word));

    private sealed record Reading(PanelStanding Standing, long At);
}
