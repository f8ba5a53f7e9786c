using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Disposability;

/// <summary>
/// Fault F1 for a drill: wherever its worker is killed, each container is removed once, and what is stored says what happened: the engine's
/// description counts the removals, the ending has the row.
/// </summary>
public sealed class DisposabilityCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.DrillDisposability, SiteAction.Drill),
        // Nothing to say, nothing removed.
        new(OperationKinds.DrillDisposability, SiteAction.Drill, Failing: "inspect"),
        new(OperationKinds.DrillDisposability, SiteAction.Drill, Failing: "job hp-count-rows"),
        // Removed perhaps, and not known how it went on.
        new(OperationKinds.DrillDisposability, SiteAction.Drill, Failing: "remove containers"),
        new(OperationKinds.DrillDisposability, SiteAction.Drill, Failing: "snapshot"),
        new(OperationKinds.DrillDisposability, null) { Ask = DrillWhatWritesAsync },
        new(OperationKinds.TrashSite, SiteAction.Trash),
        // Its drills go with it.
        new(OperationKinds.PurgeSite, SiteAction.Purge),
    ];

    [Fact(Timeout = 900_000)]
    public Task A_drill_ends_with_the_result_that_it_would_have_had_and_removes_nothing_twice() => KillEverywhereAsync("wordpress", Life);

    /// <summary>The container that is there now has written something beside its volumes; the one that comes after it has not.</summary>
    private static async Task<Guid> DrillWhatWritesAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var web = $"hp-{site.Slug}-web";
        site.Engine.Written[$"{web}.{site.Engine.Removals.GetValueOrDefault(web)}"] = "/var/www/html/debug.log";
        var asked = await panel.Get<SiteManager>().RequestAsync(Actor.Panel, site.Slug, SiteAction.Drill, null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }
}
