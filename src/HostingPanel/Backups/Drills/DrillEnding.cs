using HostingPanel.Operations;

namespace HostingPanel.Backups.Drills;

/// <summary>How a drill ended, and what that makes of the restore point. Pure.</summary>
/// <param name="Verdict">How.</param>
/// <param name="FaultCode">Why it did not pass, a stable word.</param>
/// <param name="Fault">The same for people.</param>
/// <param name="Further">Checks that follow from where it broke.</param>
internal sealed record DrillEnding(RestoreDrillVerdict Verdict, string? FaultCode, string? Fault, IReadOnlyList<CheckResult> Further)
{
    /// <summary>The step in which all checks are looked at; once it is done the restore point is proved.</summary>
    public const string VerdictStep = "verdict";

    /// <summary>The step that ends with the first good answer.</summary>
    public const string AnswerStep = "visit";

    /// <summary>What says something about the restore point; every other failure is one of the machine, the target or the panel.</summary>
    private static readonly HashSet<string> Evidence = new(StringComparer.Ordinal)
    {
        "manifest-not-ours",
        "repository-missing",
        "repository-damaged",
        "wrong-key",
        "backup-incomplete",
        "backup-failed",
        "restored-differs",
        "load-failed",
        "neutralise-failed",
        "unhealthy",
        "ends-by-itself",
        "out-of-memory",
        "wrong-volume",
    };

    public static DrillEnding Passed { get; } = new(RestoreDrillVerdict.Passed, null, null, []);

    /// <summary>Of one whose operation did not come to its end.</summary>
    /// <param name="operation">With its steps as they are now.</param>
    /// <param name="checks">What was found by then.</param>
    public static DrillEnding Of(Operation operation, IReadOnlyCollection<RestoreDrillCheck> checks)
    {
        if (operation.Steps.Any(step => step is { Name: VerdictStep, State: StepState.Done }))
        {
            // It was proved before; only something of the scratch site could not be removed at once.
            return new DrillEnding(RestoreDrillVerdict.Passed, operation.ErrorCode, operation.ErrorMessage, []);
        }

        var code = operation.ErrorCode ?? "cancelled";
        var reason = operation.ErrorMessage ?? "It was broken off.";
        var failed = checks.Where(check => check.Outcome == RestoreDrillOutcome.Failed).OrderBy(check => check.At).ToList();
        if (failed.Count > 0)
        {
            return new DrillEnding(
                RestoreDrillVerdict.Failed,
                DrillSteps.Failed,
                string.Join(' ', failed.Select(check => $"{check.Title}: {check.Text}")),
                []
            );
        }

        if (!Evidence.Contains(code))
        {
            return new DrillEnding(RestoreDrillVerdict.BrokenOff, code, reason, []);
        }

        var broken = operation.Steps.FirstOrDefault(step => step.State == StepState.Failed && step.Message == reason);
        return new DrillEnding(
            RestoreDrillVerdict.Failed,
            code,
            reason,
            [new CheckResult(NameOf(code), broken?.Title ?? "Read the manifest", RestoreDrillOutcome.Failed, reason)]
        );
    }

    /// <summary>How long each step took up to the first good answer.</summary>
    public static IReadOnlyList<DrillPhase> PhasesOf(Operation operation) =>
        [
            .. operation
                .Steps.OrderBy(step => step.Ordinal)
                .TakeWhile(step => step.Name != "status" && step.Name != VerdictStep)
                .Where(step => step is { StartedAt: not null, FinishedAt: not null, State: not StepState.Skipped })
                .Select(step => new DrillPhase(
                    step.Name,
                    step.Title,
                    Math.Round((step.FinishedAt!.Value - step.StartedAt!.Value).TotalSeconds, 2)
                )),
        ];

    /// <summary>Writes down at the restore point and its copy what a drill that has ended makes of them.</summary>
    public static void Apply(RestoreDrill drill, RestorePoint point, DateTimeOffset now)
    {
        var copy = point.Copies.SingleOrDefault(row => row.RepositoryId == drill.RepositoryId);
        switch (drill.Verdict)
        {
            case RestoreDrillVerdict.Passed:
                Prove(point, copy, now, drill.RecoverySeconds);
                break;
            case RestoreDrillVerdict.Failed:
                if (copy is not null)
                {
                    (copy.ProvedAt, copy.ProofSeconds, copy.RefutedAt) = (null, null, now);
                }

                // What another copy has shown holds further on; what this one once did does not any more.
                var proof = point.Copies.Where(row => row.ProvedAt is not null).MaxBy(row => row.ProvedAt);
                (point.ProvedAt, point.ProofSeconds) = (proof?.ProvedAt, proof?.ProofSeconds);
                point.SuspectedAt ??= now;
                (point.SuspicionCode, point.Suspicion) = (
                    Suspicions.DrillFailed,
                    $"A drill{(drill.TargetName is null ? string.Empty : $" from {drill.TargetName}")} failed. {drill.Fault}"
                );
                break;
            case RestoreDrillVerdict.BrokenOff or null:
                break;
            default:
                throw new InvalidOperationException($"What follows from a drill that is {drill.Verdict} is not written down.");
        }
    }

    /// <summary>A restore point was restored from a copy and found right.</summary>
    public static void Prove(RestorePoint point, RestorePointCopy? copy, DateTimeOffset now, double? seconds)
    {
        (point.ProvedAt, point.ProofSeconds) = (now, seconds);
        if (copy is not null)
        {
            (copy.ProvedAt, copy.ProofSeconds, copy.RefutedAt) = (now, seconds, null);
        }

        // That it shrank stays true: a wreck can be restored, too. That it could not be restored is over once each copy can.
        if (point.SuspicionCode == Suspicions.DrillFailed && point.Copies.All(row => row.RefutedAt is null))
        {
            (point.SuspectedAt, point.SuspicionCode, point.Suspicion) = (null, null, null);
        }
    }

    private static string NameOf(string code) => code == "manifest-not-ours" ? DrillChecks.Manifest : $"restore:{code}";
}
