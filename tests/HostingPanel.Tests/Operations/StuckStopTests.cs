using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Operations;

/// <summary>The engine has lost sight of a task, which therefore never stops.</summary>
public sealed class StuckStopTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_site_is_stopped_all_the_same_and_starts_again()
    {
        await using var founded = await FoundedPanel.StartAsync(postgres);
        var engine = new MemoryEngine();
        await using var life = founded.Live(engine);
        await life.LiveAsync(new Chapter(OperationKinds.ProvisionSite, null), killAt: null, Token);
        engine.Failures["waiting for a stop"] = new PlatformException("does-not-stop", "It does not stop.");
        var stopped = await life.LiveAsync(new Chapter(OperationKinds.StopSite, SiteAction.Stop), killAt: null, Token);
        Assert.Equal((OperationState.Succeeded, SiteState.Stopped), (stopped.State, stopped.Site));
        Assert.Equal([0, 0], engine.Services.Values.Select(service => service.Replicas));
        var started = await life.LiveAsync(new Chapter(OperationKinds.StartSite, SiteAction.Start), killAt: null, Token);
        Assert.Equal((OperationState.Succeeded, SiteState.Running), (started.State, started.Site));
    }
}
