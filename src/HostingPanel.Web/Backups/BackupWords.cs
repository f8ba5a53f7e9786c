using HostingPanel.Backups;
using HostingPanel.Backups.Browsing;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Backups;

/// <summary>What people read about backups.</summary>
internal static class BackupWords
{
    /// <summary>Why a restore point was taken.</summary>
    public static string Of(RestorePointReason reason) =>
        reason switch
        {
            RestorePointReason.Manual => "Asked for",
            RestorePointReason.Schedule => "By schedule",
            RestorePointReason.PreUpgrade => "Before an upgrade",
            RestorePointReason.Safety => "Before a restore",
            _ => throw new InvalidOperationException($"Reason {reason} has no word."),
        };

    /// <summary>What is in a download.</summary>
    public static string Of(DownloadKind kind) =>
        kind switch
        {
            DownloadKind.Files => "chosen files",
            DownloadKind.Tables => "chosen tables",
            DownloadKind.Whole => "a whole restore point",
            DownloadKind.Key => "a repository’s key, once",
            _ => throw new InvalidOperationException($"Download {kind} has no word."),
        };

    /// <summary>Whether a restore point is good.</summary>
    public static string Of(RestorePointState state) =>
        state switch
        {
            RestorePointState.Taking => "Being taken",
            RestorePointState.Good => "Good",
            RestorePointState.Failed => "Failed",
            RestorePointState.Going => "Being removed",
            _ => throw new InvalidOperationException($"State {state} has no word."),
        };

    /// <summary>What its colour says.</summary>
    public static Tone ToneOf(RestorePointState state) =>
        state switch
        {
            RestorePointState.Taking => Tone.Busy,
            RestorePointState.Good => Tone.Ok,
            RestorePointState.Failed => Tone.Bad,
            RestorePointState.Going => Tone.Warn,
            _ => throw new InvalidOperationException($"State {state} has no tone."),
        };

    /// <summary>How a site stands with its backups.</summary>
    public static string Of(BackupStanding standing) =>
        standing switch
        {
            BackupStanding.Never => "No backup",
            BackupStanding.Failing => "Last one failed",
            BackupStanding.Unproved => "Not proved",
            BackupStanding.Proved => "Proved",
            _ => throw new InvalidOperationException($"Standing {standing} has no word."),
        };

    /// <summary>What its colour says.</summary>
    public static Tone ToneOf(BackupStanding standing) =>
        standing switch
        {
            BackupStanding.Never or BackupStanding.Failing => Tone.Bad,
            BackupStanding.Unproved => Tone.Warn,
            BackupStanding.Proved => Tone.Ok,
            _ => throw new InvalidOperationException($"Standing {standing} has no tone."),
        };

    /// <summary>What kind of place a target is.</summary>
    public static string Of(TargetKind kind) =>
        kind switch
        {
            TargetKind.Local => "A volume on this machine",
            TargetKind.Sftp => "SFTP",
            TargetKind.S3 => "S3",
            TargetKind.Rest => "restic REST server",
            _ => throw new InvalidOperationException($"Kind {kind} has no word."),
        };

    /// <summary>How a target is: in a word or two, with its tone.</summary>
    public static (Tone Tone, string Text) StateOf(BackupTargetView target) =>
        target switch
        {
            { IsDraft: true } => (Tone.Warn, "Not saved"),
            { RetiredAt: not null } => (Tone.Off, "Retired"),
            { IsFaulty: true } => (Tone.Bad, "Failing"),
            { LastSuccessAt: null } => (Tone.Warn, "Never tried"),
            _ => (Tone.Ok, "Works"),
        };

    /// <summary>How a copy of a restore point is.</summary>
    public static (Tone Tone, string Text) StateOf(RestorePointCopyView copy, RestorePointState state) =>
        copy switch
        {
            { ReadBackAt: not null } => (Tone.Ok, "read back"),
            { FaultCode: not null } => (Tone.Bad, "failed"),
            _ when state == RestorePointState.Taking => (Tone.Busy, copy.Snapshot is null ? "being saved" : "being read back"),
            _ => (Tone.Bad, "not read back"),
        };

    /// <summary>What to do about what went wrong with a target; null where its own words say it.</summary>
    public static string? MendOf(string code) =>
        code switch
        {
            "target-unreachable" =>
                "Look at host, port, path and credentials, in this order; and whether a firewall lets this machine reach it. What the target said is below.",
            "target-full" => "There is no room left there. Make some, or choose another place.",
            "repository-not-ours" or "wrong-key" => "What lies there belongs to another panel. Choose another path.",
            "repository-damaged" or "backup-incomplete" =>
                "What was kept there did not come back as it was. Do not rely on this place before you know why.",
            "backup-failed" =>
                "Something could not be written or read there. Look whether its user may do both. What the target said is below.",
            _ => null,
        };
}
