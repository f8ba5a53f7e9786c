using HostingPanel.Backups.Drills;

namespace HostingPanel.Web.Backups;

/// <summary>Drills of restore points in the words of the REST contract.</summary>
internal static class DrillContract
{
    public static Client.RestoreDrill ToContract(this RestoreDrillView view) =>
        new(
            view.Id,
            view.RestorePointId,
            view.Site,
            view.Target,
            view.Reason switch
            {
                RestoreDrillReason.Manual => Client.RestoreDrillReason.Manual,
                RestoreDrillReason.Plan => Client.RestoreDrillReason.Plan,
                RestoreDrillReason.Sample => Client.RestoreDrillReason.Sample,
                RestoreDrillReason.AfterCheck => Client.RestoreDrillReason.AfterCheck,
                RestoreDrillReason.Suspicious => Client.RestoreDrillReason.Suspicious,
                _ => throw new InvalidOperationException($"The contract has no word for the reason {view.Reason}."),
            },
            view.RequestedBy,
            view.CreatedAt,
            view.StartedAt,
            view.FinishedAt,
            view.Verdict switch
            {
                null => null,
                RestoreDrillVerdict.Passed => Client.RestoreDrillVerdict.Passed,
                RestoreDrillVerdict.Failed => Client.RestoreDrillVerdict.Failed,
                RestoreDrillVerdict.BrokenOff => Client.RestoreDrillVerdict.BrokenOff,
                _ => throw new InvalidOperationException($"The contract has no word for a drill that is {view.Verdict}."),
            },
            view.FaultCode is { } code ? new Client.BackupFault(code, view.Fault ?? code) : null,
            view.Recovery?.TotalSeconds,
            view.ChecksPassed,
            view.ChecksFailed
        );

    public static Client.RestoreDrillEvidence ToContract(this RestoreDrillEvidence evidence) =>
        new(
            evidence.Drill.ToContract(),
            [
                .. evidence.Checks.Select(check => new Client.RestoreDrillCheck(
                    check.Name,
                    check.Title,
                    check.Outcome switch
                    {
                        RestoreDrillOutcome.Passed => Client.RestoreDrillOutcome.Passed,
                        RestoreDrillOutcome.Failed => Client.RestoreDrillOutcome.Failed,
                        RestoreDrillOutcome.NotChecked => Client.RestoreDrillOutcome.NotChecked,
                        _ => throw new InvalidOperationException($"The contract has no word for a check that is {check.Outcome}."),
                    },
                    check.Text,
                    check.Compared,
                    check.Differing,
                    check.Details,
                    check.At
                )),
            ],
            [.. evidence.Phases.Select(phase => new Client.RestoreDrillPhase(phase.Name, phase.Title, phase.Duration.TotalSeconds))],
            evidence.PageStatus,
            evidence.PageTitle,
            evidence.Page,
            evidence.Picture is { } picture
                ? new Client.RestoreDrillPicture(picture.MediaType, picture.Width, picture.Height, picture.Bytes)
                : null,
            evidence.PictureGone
        );

    public static Client.SiteRecovery ToContract(this SiteRecovery recovery) =>
        new(
            recovery.Site,
            recovery.LastTakenAt,
            recovery.LastTakenId,
            recovery.LastProvedAt,
            recovery.LastProvedId,
            recovery.ProvedPointAt,
            recovery.RecoveryPointAge?.TotalSeconds,
            recovery.LastRecovery?.TotalSeconds,
            recovery.TypicalRecovery?.TotalSeconds,
            recovery.LastDrill?.ToContract(),
            recovery.RunningDrill,
            recovery.Suspicious,
            recovery.HasAlert
        );
}
