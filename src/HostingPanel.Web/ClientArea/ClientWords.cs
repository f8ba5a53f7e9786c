using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.ClientArea;

/// <summary>What clients read about their sites: no word of the engine's.</summary>
internal static class ClientWords
{
    /// <summary>How a site is, in a word or two.</summary>
    public static (Tone Tone, string Text) StateOf(SiteView site) =>
        site switch
        {
            { ActiveOperation: { } active } => (Tone.Busy, $"{DoingOf(active.Kind)}…"),
            { State: SiteState.New } => (Tone.Busy, "Waits to be set up"),
            { State: SiteState.Failed } => (Tone.Bad, "Could not be set up"),
            { State: SiteState.Trashed } => (Tone.Warn, "In the trash"),
            { State: SiteState.Running, Trouble: not null } => (Tone.Warn, "Online, with trouble"),
            { State: SiteState.Running } => (Tone.Ok, "Online"),
            { State: SiteState.Stopped, StoppedReason: not null } => (Tone.Warn, "Had to be switched off"),
            { State: SiteState.Stopped } => (Tone.Off, "Switched off"),
            _ => throw new InvalidOperationException($"State {site.State} has no word."),
        };

    /// <summary>What is being done to a site, by the kind of operation.</summary>
    public static string DoingOf(string kind) =>
        kind switch
        {
            "provision-site" => "Being set up",
            "start-site" => "Being switched on",
            "stop-site" => "Being switched off",
            "restart-site" => "Being restarted",
            "trash-site" => "Being moved to the trash",
            "untrash-site" => "Coming back from the trash",
            "purge-site" => "Being deleted for good",
            "heal-site" => "Being put right",
            "drill-disposability" => "Being tested",
            "measure-volumes" => "Its size is being measured",
            "clone-volume" or "adopt-volume" => "Files are being copied",
            "take-backup" => "Being backed up",
            "restore-as-new" => "A copy is being made",
            "restore-in-place" => "Going back to a backup",
            "undo-restore" => "Coming back from a backup",
            "drill-restore-point" => "A backup is being tested",
            "index-backup" or "fetch-backup" => "A download is being prepared",
            "put-back-files" or "put-back-tables" => "Parts of a backup are being put back",
            "change-domains" => "Its addresses are being changed",
            "obtain-certificate" or "install-certificate" => "Its secure connection is being set up",
            "make-login-link" => "The way in is being opened",
            "run-cron" => "Regular work is being done",
            "apply-retention" or "delete-restore-point" or "check-repositories" or "remove-repository" =>
                "Its backups are being looked after",
            _ => "Something is being done",
        };

    /// <summary>Where an operation is, in a sentence.</summary>
    public static string ProgressOf(OperationView operation) =>
        operation switch
        {
            { State: OperationState.Queued, IsCancelRequested: false } =>
                "It begins in a moment, once nothing else is being done to the site.",
            { IsFinished: false, IsUndoing: true } => "It is being taken back.",
            { IsFinished: false, IsCancelRequested: true } => "It is being stopped.",
            { IsFinished: false, Steps.Count: > 0 } =>
                $"Part {Math.Min(operation.Steps.Count, operation.Steps.Count(IsOver) + 1)} of {operation.Steps.Count}",
            { IsFinished: false } => "It begins.",
            { State: OperationState.Succeeded } => "Done",
            { State: OperationState.Cancelled } => operation.IsTakenBack ? "Stopped; all is as it was before." : "Stopped",
            _ => operation.IsTakenBack ? "It did not work; all is as it was before." : "It did not work.",
        };

    /// <summary>Which share of an operation is done, from 0 to 1.</summary>
    public static double ShareOf(OperationView operation) =>
        operation.State == OperationState.Succeeded ? 1
        : operation.Steps.Count == 0 ? 0
        : operation.Steps.Sum(step =>
            IsOver(step) ? 1
            : step.State == StepState.Running ? step.Progress ?? 0.3
            : 0
        ) / operation.Steps.Count;

    /// <summary>How a backup is.</summary>
    public static (Tone Tone, string Text) StateOf(RestorePointView point) =>
        point switch
        {
            { State: RestorePointState.Taking } => (Tone.Busy, "Being taken"),
            { State: RestorePointState.Failed } => (Tone.Bad, "Did not work"),
            { State: RestorePointState.Going } => (Tone.Off, "Being removed"),
            { ProvedAt: not null } => (Tone.Ok, "Tested"),
            { SuspectedAt: not null } => (Tone.Warn, "Doubtful"),
            { State: RestorePointState.Good } => (Tone.Off, "Not tested yet"),
            _ => throw new InvalidOperationException($"State {point.State} has no word."),
        };

    /// <summary>Why a backup was taken.</summary>
    public static string Of(RestorePointReason reason) =>
        reason switch
        {
            RestorePointReason.Manual => "Asked for",
            RestorePointReason.Schedule => "As planned",
            RestorePointReason.PreUpgrade => "Before an update",
            RestorePointReason.Safety => "Before going back",
            _ => throw new InvalidOperationException($"Reason {reason} has no word."),
        };

    private static bool IsOver(StepView step) => step.State is StepState.Done or StepState.Skipped;
}
