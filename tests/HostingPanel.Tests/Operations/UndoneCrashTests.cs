using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Operations;

/// <summary>Killed on the way to a failure and on the way back from it.</summary>
public sealed class UndoneCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Undone =
    [
        new(OperationKinds.ProvisionSite, null, Failing: "job"),
        new(OperationKinds.ProvisionSite, SiteAction.Start, Failing: "probe"),
        new(OperationKinds.ProvisionSite, SiteAction.Start),
        new(OperationKinds.StopSite, SiteAction.Stop, Failing: "waiting for a stop"),
        new(OperationKinds.RestartSite, SiteAction.Restart, Failing: "probe"),
        new(OperationKinds.TrashSite, SiteAction.Trash, Failing: "remove secret"),
        new(OperationKinds.StopSite, SiteAction.Stop),
        new(OperationKinds.StartSite, SiteAction.Start, Failing: "probe"),
        new(OperationKinds.TrashSite, SiteAction.Trash, Failing: "remove network"),
        new(OperationKinds.TrashSite, SiteAction.Trash),
        new(OperationKinds.UntrashSite, SiteAction.Untrash, Failing: "probe"),
        new(OperationKinds.UntrashSite, SiteAction.Untrash, Failing: "check volumes"),
        new(OperationKinds.PurgeSite, SiteAction.Purge, Failing: "remove volume"),
        new(OperationKinds.PurgeSite, SiteAction.Purge),
    ];

    [Fact(Timeout = 600_000)]
    public Task An_operation_that_fails_and_whose_worker_is_killed_at_any_effect_is_undone_all_the_same() =>
        KillEverywhereAsync("wordpress", Undone);
}
