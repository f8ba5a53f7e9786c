using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Cron;

/// <summary>Fault F1 for scheduled tasks: wherever the worker is killed, a run is written down once, and a failure counted once.</summary>
public sealed class CronCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    private const string Program = "php /hp/hooks/cron.php";

    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.RunCron, null) { Ask = RunAsync },
        // It can't be started ...
        new(OperationKinds.RunCron, null, Failing: "job php") { Ask = RunAsync },
        // ... and it ends with an exit code of its own.
        new(OperationKinds.RunCron, null, Failing: Program) { Ask = FailAsync },
        new(OperationKinds.RunCron, null) { Ask = RunAsync },
        // Stopped while the run waited for its turn: nothing is written down of what did not happen.
        new(OperationKinds.RunCron, null) { Ask = RunStoppedAsync },
    ];

    [Fact(Timeout = 600_000)]
    public Task A_run_ends_as_if_nobody_had_been_killed() => KillEverywhereAsync("wordpress", Life);

    private static async Task<Guid> RunAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        site.Engine.ToolFaults.TryRemove(Program, out _);
        var asked = await panel.Get<CronService>().RunAsync(Actor.Panel, site.Slug, "wp-cron", null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    private static async Task<Guid> FailAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await RunAsync(panel, site, cancellationToken);
        site.Engine.ToolFaults[Program] = new JobResult(3, ["""{"error":"the queue is jammed"}"""], []);
        return asked;
    }

    private static async Task<Guid> RunStoppedAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await RunAsync(panel, site, cancellationToken);
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        await context
            .Sites.Where(row => row.Slug == site.Slug)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, SiteState.Stopped), cancellationToken);
        return asked;
    }
}
