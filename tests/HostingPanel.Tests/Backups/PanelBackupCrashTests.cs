using HostingPanel.Access;
using HostingPanel.Backups.Panel;
using HostingPanel.Operations;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Backups;

/// <summary>Wherever the worker is killed, a backup of the panel is whole or none, its login is gone, and the newest good one stays.</summary>
public sealed class PanelBackupCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.BackUpPanel, null, Failing: "job hp-pg-dump") { Ask = TakeAsync },
        new(OperationKinds.BackUpPanel, null) { Ask = TakeAsync },
        // The only target is not to be reached: what lies there stays.
        new(OperationKinds.BackUpPanel, null, Failing: "job hp-restic") { Ask = TakeAsync },
        // The second takes the place of the first.
        new(OperationKinds.BackUpPanel, null) { Ask = TakeAsync },
    ];

    [Fact(Timeout = 900_000)]
    public Task A_backup_of_the_panel_ends_as_if_nobody_had_been_killed() => KillEverywhereAsync("wordpress", Life);

    private static async Task<Guid> TakeAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await panel.Get<PanelBackupService>().TakeAsync(Actor.Panel, target: null, null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }
}
