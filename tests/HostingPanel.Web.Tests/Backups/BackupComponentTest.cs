using HostingPanel.Backups;
using HostingPanel.Blueprints;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Backups;

/// <summary>A test of what shows backups.</summary>
public abstract class BackupComponentTest : ComponentTest
{
    /// <summary>A copy that was read back, unless something is wrong with it.</summary>
    protected static RestorePointCopyView Copy(string target = "local", TargetKind kind = TargetKind.Local, string? fault = null) =>
        new(
            Guid.CreateVersion7(Now),
            target,
            kind,
            "abcdef0123456789",
            1 << 20,
            fault is null ? Now.AddHours(-2) : null,
            fault is null ? null : "target-full",
            fault
        );

    /// <summary>A restore point.</summary>
    protected static RestorePointView Point(
        RestorePointState state = RestorePointState.Good,
        string? fault = null,
        DateTimeOffset? provedAt = null,
        params RestorePointCopyView[] copies
    ) =>
        new(
            Guid.CreateVersion7(Now),
            "food-bank",
            "Food Bank",
            RestorePointReason.Manual,
            "Ada",
            state,
            Now.AddHours(-2).AddSeconds(-20),
            Now.AddHours(-2),
            state == RestorePointState.Taking ? null : Now.AddHours(-2),
            2 << 20,
            5 << 20,
            1204,
            ["main"],
            [],
            fault is null ? null : "no-good-copy",
            fault,
            provedAt,
            provedAt is null ? null : TimeSpan.FromSeconds(24),
            copies
        );

    /// <summary>A target.</summary>
    protected static BackupTargetView Target(
        string name = "offsite",
        TargetKind kind = TargetKind.Sftp,
        DateTimeOffset? retiredAt = null,
        DateTimeOffset? successAt = null,
        string? fault = null
    ) =>
        new(
            Guid.CreateVersion7(Now),
            name,
            kind,
            kind == TargetKind.Local ? null : "sftp://backup@backup.example.org/srv",
            UploadKib: null,
            Now.AddDays(-9),
            retiredAt,
            Repositories: 3,
            successAt,
            fault is null ? null : Now.AddHours(-1),
            fault is null ? null : "target-unreachable",
            fault
        );

    /// <summary>What is in a restore point.</summary>
    protected static RestorePointContents Contents(params ContentOmission[] leftOut) =>
        new(
            "wordpress",
            3,
            ["www.example.org"],
            WasLive: true,
            [new ContentService("web", "hostingpanel/wordpress:0123")],
            ["11.8.3-MariaDB"],
            [
                new ContentDatabase(
                    "main",
                    2 << 20,
                    Tables: 2,
                    Views: 1,
                    Triggers: 2,
                    Routines: 0,
                    Events: 0,
                    new Dictionary<string, long>(StringComparer.Ordinal) { ["wp_posts"] = 1200, ["wp_<i>x</i>"] = 4 }
                ),
            ],
            ["main.log"],
            [new ContentVolume(Guid.CreateVersion7(Now), "content", VolumeKind.Files, 1204, 5 << 20, Unread: 1)],
            leftOut,
            ["db-password"],
            "5160"
        );
}
