using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Backups;

/// <summary>
/// Fault F1 for drills: wherever the worker is killed, the verdict is the one that it would have been, and nothing of the scratch site is left.
/// </summary>
public sealed class DrillCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    private const string TableCheck = "hp-check-tables main@db";

    internal static readonly Chapter[] Drilling =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null) { Ask = BackupCrashTests.TakeAsync },
        new(OperationKinds.DrillRestorePoint, null, Failing: "room") { Ask = DrillAsync },
        new(OperationKinds.DrillRestorePoint, null, Failing: "job hp-outside") { Ask = DrillAsync },
        new(OperationKinds.DrillRestorePoint, null, Failing: "job hp-restic") { Ask = DrillAsync },
        new(OperationKinds.DrillRestorePoint, null, Failing: "waiting for a start") { Ask = DrillAsync },
        new(OperationKinds.DrillRestorePoint, null, Failing: "job hp-load") { Ask = DrillAsync },
        new(OperationKinds.DrillRestorePoint, null, Failing: "job hp-visit") { Ask = DrillAsync },
        // Everything comes through, and one of the checks says no.
        new(OperationKinds.DrillRestorePoint, null, Failing: "nothing else") { Ask = DrillWreckAsync },
        new(OperationKinds.DrillRestorePoint, null) { Ask = DrillAsync },
        // No picture is no failure.
        new(OperationKinds.DrillRestorePoint, null) { Ask = DrillBlindAsync },
    ];

    [Fact(Timeout = 900_000)]
    public Task A_drill_leaves_its_evidence_and_nothing_else() => KillEverywhereAsync("wordpress", Drilling, every: 3);

    private static Task<Guid> DrillWreckAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        site.Engine.ToolFaults[TableCheck] = new JobResult(
            0,
            [
                """{"database":"main","faults":["users: Table is marked as crashed"]}""",
                """{"database":"main","tables":1,"views":0,"triggers":0,"routines":0,"events":0}""",
            ],
            []
        );
        return AskAsync(panel, site, cancellationToken);
    }

    private static Task<Guid> DrillBlindAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        site.Engine.Failures["job hp-picture"] = new PlatformException("made-to-fail", "The picture was made to fail.");
        return DrillAsync(panel, site, cancellationToken);
    }

    private static Task<Guid> DrillAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        site.Engine.ToolFaults.Clear();
        return AskAsync(panel, site, cancellationToken);
    }

    private static async Task<Guid> AskAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var points = await panel.Get<BackupService>().ListAsync(Actor.Panel, site.Slug, new PageRequest(), cancellationToken);
        var good = points.Value.Items.First(point => point.State == RestorePointState.Good);
        var asked = await panel.Get<DrillService>().DrillAsync(Actor.Panel, site.Slug, good.Id, null, null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }
}
