using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Backups;

/// <summary>Faults F1 and F2 for backups: wherever the worker is killed, the restore point is as if nobody had been, and nothing stays behind.</summary>
public sealed class BackupCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null, Failing: "check volumes") { Ask = TakeAsync },
        new(OperationKinds.TakeBackup, null, Failing: "room") { Ask = TakeAsync },
        new(OperationKinds.TakeBackup, null, Failing: "job hp-dump") { Ask = TakeAsync },
        new(OperationKinds.TakeBackup, null, Failing: "job hp-fingerprint") { Ask = TakeAsync },
        // The only target is not to be reached.
        new(OperationKinds.TakeBackup, null, Failing: "job hp-restic") { Ask = TakeAsync },
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.TrashSite, SiteAction.Trash),
        // Its restore points outlive it.
        new(OperationKinds.PurgeSite, SiteAction.Purge),
    ];

    [Fact(Timeout = 900_000)]
    public Task A_restore_point_ends_as_if_nobody_had_been_killed() => KillEverywhereAsync("wordpress", Life);

    private static async Task<Guid> TakeAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await panel.Get<BackupService>().TakeAsync(Actor.Panel, site.Slug, null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }
}
