using System.Diagnostics.Metrics;
using System.Text.Json;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;

namespace HostingPanel.Telemetry;

/// <summary>How a repository was found when it was checked.</summary>
internal enum RepositoryCheckOutcome
{
    /// <summary>Nothing is wrong with it.</summary>
    Whole,

    /// <summary>Something in it is not what was put there.</summary>
    Damaged,

    /// <summary>It could not be checked: the target does not answer, say.</summary>
    Failed,
}

/// <summary>
/// What the worker counts and measures. Labels are words of the program's own: never a name, a message or anything else that somebody typed.
/// What is counted is what this process has seen end; what it did not live to see is in the database all the same.
/// </summary>
internal sealed class PanelMetrics : IDisposable
{
    /// <summary>The meter that all of them belong to.</summary>
    public const string MeterName = "HostingPanel";

    /// <summary>For a kind of operation that this program does not know.</summary>
    private const string Other = "other";

    /// <summary>From what is over at once to what takes a night.</summary>
    private static readonly InstrumentAdvice<double> Long = new()
    {
        HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600],
    };

    private static readonly InstrumentAdvice<double> Short = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Counter<long> _operations;
    private readonly Histogram<double> _operationSeconds;
    private readonly Counter<long> _restorePoints;
    private readonly Counter<long> _addedBytes;
    private readonly Histogram<double> _restorePointSeconds;
    private readonly Counter<long> _removedPoints;
    private readonly Counter<long> _removedCopies;
    private readonly Counter<long> _checks;
    private readonly Counter<long> _drills;
    private readonly Histogram<double> _recoverySeconds;
    private readonly Counter<long> _forgottenDrills;
    private readonly Counter<long> _forgottenPictures;
    private readonly Counter<long> _inPlace;
    private readonly Histogram<double> _inPlaceSeconds;
    private readonly Histogram<double> _awaySeconds;
    private readonly Counter<long> _cronRuns;
    private readonly Counter<long> _passes;
    private readonly Histogram<double> _passSeconds;

    public PanelMetrics()
    {
        Meter = new Meter(new MeterOptions(MeterName) { Version = typeof(PanelMetrics).Assembly.GetName().Version?.ToString(3) });
        _operations = Count("hostingpanel.operations.ended", "{operation}", "Operations that have ended.");
        _operationSeconds = Time("hostingpanel.operation.duration", "From when an operation was first begun to its end.");
        _restorePoints = Count("hostingpanel.restore_points.taken", "{restore_point}", "Restore points that became good, or did not.");
        _addedBytes = Count("hostingpanel.restore_points.added", "By", "What restore points added to their repositories.");
        _restorePointSeconds = Time("hostingpanel.restore_point.duration", "How long taking a good restore point took.");
        _removedPoints = Count("hostingpanel.restore_points.removed", "{restore_point}", "Restore points of which nothing is left.");
        _removedCopies = Count("hostingpanel.restore_point_copies.removed", "{copy}", "Copies that a target has confirmed to have gone.");
        _checks = Count("hostingpanel.repository.checks", "{check}", "Checks of backup repositories.");
        _drills = Count("hostingpanel.drills.ended", "{drill}", "Drills of restore points that have ended.");
        _recoverySeconds = Time("hostingpanel.drill.recovery_time", "From when a drill was begun to the site's first good answer.");
        _forgottenDrills = Count("hostingpanel.drills.forgotten", "{drill}", "Drills whose evidence was old and went.");
        _forgottenPictures = Count(
            "hostingpanel.drill_pictures.forgotten",
            "{picture}",
            "Pictures that were old and went before their drills."
        );
        _inPlace = Count("hostingpanel.restores_in_place.ended", "{restore}", "Restores in place that have ended.");
        _inPlaceSeconds = Time("hostingpanel.restore_in_place.duration", "From asking for a restore in place to the first answer.");
        _awaySeconds = Time("hostingpanel.restore_in_place.away", "For how long visitors saw the maintenance page.");
        _cronRuns = Count("hostingpanel.cron.runs", "{run}", "Runs of the sites' scheduled tasks.");
        _passes = Count("hostingpanel.reconciler.passes", "{pass}", "Looks of the reconciler at the engine.");
        _passSeconds = Meter.CreateHistogram("hostingpanel.reconciler.pass.duration", "s", "How long a look took.", tags: null, Short);
    }

    /// <summary>For what is read now and then; see <see cref="PanelGauges"/>.</summary>
    public Meter Meter { get; }

    /// <summary>False while nobody wants to know, and then nothing need be read for it.</summary>
    public bool IsWatched => _operations.Enabled;

    /// <summary>An operation has ended.</summary>
    public void OperationEnded(string kind, OperationState outcome, TimeSpan? duration)
    {
        KeyValuePair<string, object?>[] labels = [new("kind", OperationKinds.IsKnown(kind) ? kind : Other), new("outcome", Word(outcome))];
        _operations.Add(1, labels);
        if (duration is { } took)
        {
            _operationSeconds.Record(Math.Max(0, took.TotalSeconds), labels);
        }
    }

    /// <summary>A restore point has become good, or has not.</summary>
    public void RestorePointTaken(RestorePointReason reason, string outcome) =>
        _restorePoints.Add(1, new("reason", Word(reason)), new("outcome", outcome));

    /// <summary>What a good one took.</summary>
    public void RestorePointCost(RestorePointReason reason, long addedBytes, TimeSpan? duration)
    {
        _addedBytes.Add(addedBytes, new KeyValuePair<string, object?>("reason", Word(reason)));
        if (duration is { } took)
        {
            _restorePointSeconds.Record(Math.Max(0, took.TotalSeconds), new KeyValuePair<string, object?>("reason", Word(reason)));
        }
    }

    /// <summary>Nothing is left of so many restore points.</summary>
    public void RestorePointsRemoved(int points) => _removedPoints.Add(points);

    /// <summary>So many copies have gone from a target.</summary>
    public void CopiesRemoved(int copies) => _removedCopies.Add(copies);

    /// <summary>A repository was checked.</summary>
    public void RepositoryChecked(RepositoryCheckOutcome outcome) =>
        _checks.Add(1, new KeyValuePair<string, object?>("outcome", Word(outcome)));

    /// <summary>A drill has ended.</summary>
    public void DrillEnded(RestoreDrillReason reason, RestoreDrillVerdict verdict, double? recoverySeconds)
    {
        _drills.Add(1, new("reason", Word(reason)), new("verdict", Word(verdict)));
        if (verdict == RestoreDrillVerdict.Passed && recoverySeconds is { } took)
        {
            _recoverySeconds.Record(took);
        }
    }

    /// <summary>So many drills were old, and so many pictures of others.</summary>
    public void DrillsForgotten(int drills, int pictures)
    {
        _forgottenDrills.Add(drills);
        _forgottenPictures.Add(pictures);
    }

    /// <summary>A restore in place has ended.</summary>
    public void RestoredInPlace(OperationState outcome, double? seconds, double? awaySeconds)
    {
        _inPlace.Add(1, new KeyValuePair<string, object?>("outcome", Word(outcome)));
        if (outcome == OperationState.Succeeded && seconds is { } took)
        {
            _inPlaceSeconds.Record(took);
        }

        if (outcome == OperationState.Succeeded && awaySeconds is { } away)
        {
            _awaySeconds.Record(away);
        }
    }

    /// <summary>A run of a scheduled task has ended.</summary>
    public void CronRan(string outcome) => _cronRuns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>The reconciler has looked; null when it could not.</summary>
    public void ReconcilerLooked(TimeSpan? duration)
    {
        _passes.Add(1, new KeyValuePair<string, object?>("outcome", duration is null ? "failed" : "done"));
        if (duration is { } took)
        {
            _passSeconds.Record(took.TotalSeconds);
        }
    }

    /// <summary>A label of a value, such as <c>broken-off</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private Counter<long> Count(string name, string unit, string what) => Meter.CreateCounter<long>(name, unit, what);

    private Histogram<double> Time(string name, string what) => Meter.CreateHistogram(name, "s", what, tags: null, Long);
}
