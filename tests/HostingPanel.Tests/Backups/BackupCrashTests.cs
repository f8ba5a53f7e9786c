using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Backups;

/// <summary>Faults F1 and F2 for backups: wherever the worker is killed, the restore point is as if nobody had been, and nothing stays behind.</summary>
public sealed class BackupCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Taking =
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

    internal static readonly Chapter[] Testing =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TestTarget, null, Failing: "job hp-restic") { Ask = TestAsync },
        new(OperationKinds.TestTarget, null) { Ask = TestAsync },
        new(OperationKinds.TestTarget, null) { Ask = TestAsync },
    ];

    internal static readonly Chapter[] Restoring =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.RestoreAsNew, null, Failing: "room") { Ask = RestoreAsync },
        new(OperationKinds.RestoreAsNew, null, Failing: "job hp-restic") { Ask = RestoreAsync },
        new(OperationKinds.RestoreAsNew, null, Failing: "job hp-fingerprint") { Ask = RestoreAsync },
        new(OperationKinds.RestoreAsNew, null, Failing: "job hp-load") { Ask = RestoreAsync },
        new(OperationKinds.RestoreAsNew, null, Failing: "probe") { Ask = RestoreAsync },
        new(OperationKinds.RestoreAsNew, null) { Ask = RestoreAsync },
    ];

    private static int _restored;

    [Fact(Timeout = 900_000)]
    public Task A_restore_point_ends_as_if_nobody_had_been_killed() => KillEverywhereAsync("wordpress", Taking, every: 2);

    [Fact(Timeout = 900_000)]
    public Task A_site_that_is_restored_is_there_whole_or_not_at_all() => KillEverywhereAsync("wordpress", Restoring, every: 2);

    [Fact(Timeout = 900_000)]
    public Task A_test_of_a_target_leaves_nothing_behind() => KillEverywhereAsync("wordpress", Testing);

    private static async Task<Guid> TestAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var targets = panel.Get<TargetService>();
        var local = (await targets.ListAsync(Actor.Panel, cancellationToken)).Value.Single();
        var asked = await targets.TestAsync(Actor.Panel, local.Id, null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    internal static async Task<Guid> TakeAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await panel.Get<BackupService>().TakeAsync(Actor.Panel, site.Slug, gently: false, null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    private static async Task<Guid> RestoreAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var points = await panel.Get<BackupService>().ListAsync(Actor.Panel, site.Slug, new PageRequest(), cancellationToken);
        var good = points.Value.Items.First(point => point.State == RestorePointState.Good);
        var slug = string.Create(CultureInfo.InvariantCulture, $"restored-{Interlocked.Increment(ref _restored)}");
        var asked = await panel
            .Get<RestoreService>()
            .RestoreAsNewAsync(Actor.Panel, site.Slug, good.Id, new RestoreAsNewSite(slug), null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Operation.Id;
    }
}
