using HostingPanel.Backups.InPlace;
using HostingPanel.Web.Volumes;

namespace HostingPanel.Web.Backups;

/// <summary>Restores in place in the words of the REST contract.</summary>
internal static class InPlaceContract
{
    public static Client.RestorePlan ToContract(this RestorePlan plan) =>
        new(
            plan.RestorePointId,
            plan.TakenAt,
            plan.TakesSafetyPoint,
            plan.Steps,
            [
                .. plan.Databases.Select(database => new Client.PlannedDatabase(
                    database.Name,
                    database.Tables,
                    database.Rows,
                    database.Bytes
                )),
            ],
            [
                .. plan.Volumes.Select(volume => new Client.PlannedVolume(
                    volume.Id,
                    volume.Name,
                    VolumeContract.ToContract(volume.Kind),
                    volume.Bytes,
                    volume.Files,
                    volume.TakenBytes,
                    volume.TakenFiles
                )),
            ],
            plan.Stays,
            plan.Lost,
            plan.Took is { } took
                ? new Client.RestoreTime(took.Duration.TotalSeconds, took.Away?.TotalSeconds, took.OfThisPoint, took.At)
                : null,
            plan.UndoableUntil,
            FaultOf(plan.Refusal)
        );

    public static Client.InPlaceRestore ToContract(this InPlaceRestoreView view) =>
        new(
            view.Id,
            view.RestorePointId,
            view.RequestedBy,
            view.StartedAt,
            view.SafetyPointId,
            view.SwappedAt,
            view.UndoneAt,
            view.KeptUntil,
            view.Took?.TotalSeconds,
            view.Away?.TotalSeconds,
            view.Notes,
            FaultOf(view.UndoRefusal)
        );

    private static Client.BackupFault? FaultOf(Problem? problem) =>
        problem is null ? null : new Client.BackupFault(problem.Code, problem.Message);
}
