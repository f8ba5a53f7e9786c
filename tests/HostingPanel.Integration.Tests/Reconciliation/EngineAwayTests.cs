using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Platform;
using HostingPanel.Sites.Reconciliation;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>An engine that goes away and comes back, to the worker: connections break off, nothing is told meanwhile.</summary>
[Collection(ReconciliationTests.Name)]
public sealed class EngineAwayTests(TestInstallation installation)
{
    [Fact(Timeout = 280_000)]
    public async Task What_happened_while_the_engine_was_away_is_put_right_as_soon_as_it_is_back()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "away", token);
        await using var relay = new EngineRelay();
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync(settings => settings["Docker:Endpoint"] = relay.Endpoint);
        try
        {
            var started = (await EngineAsync(token)).LookedAt;
            await Eventually.TrueAsync(async () => (await EngineAsync(token)).LookedAt > started, token);

            relay.Cut();
            await installation.Docker.Services.RemoveAsync(site.Web, token);
            await Eventually.TrueAsync(async () => (await EngineAsync(token)).Problem?.Code == "engine-unavailable", token);
            Assert.NotNull((await EngineAsync(token)).ProblemSince);
            Assert.Null(await site.ServiceAsync(site.Web, token));

            relay.Mend();
            await Eventually.TrueAsync(async () => await site.ServiceAsync(site.Web, token) is not null, token, seconds: 20);
            await site.UntilHealedAsync(token);
            Assert.Null((await EngineAsync(token)).Problem);

            // And the events are heard again.
            await Eventually.TrueAsync(async () => (await site.HealsAsync(token)).All(heal => heal.IsFinished), token);
            await installation.Docker.Services.RemoveAsync(site.Web, token);
            await Eventually.TrueAsync(async () => await site.ServiceAsync(site.Web, token) is not null, token, seconds: 20);
        }
        finally
        {
            relay.Mend();
            await installation.StopWorkerAsync();
            await installation.StartWorkerAsync();
        }

        await site.UntilHealedAsync(token);
        await site.PurgeAsync(token);
    }

    /// <summary>The loop alone would look once a minute; a removed service is back long before that.</summary>
    [Fact(Timeout = 280_000)]
    public async Task A_removed_service_is_back_at_once_for_the_engine_tells_of_it()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "prompt", token);
        await Eventually.TrueAsync(async () => (await site.FindingsAsync(token)).Count == 0, token);
        var removed = TimeProvider.System.GetTimestamp();
        await installation.Docker.Services.RemoveAsync(site.Web, token);
        await Eventually.TrueAsync(async () => await site.ServiceAsync(site.Web, token) is not null, token, seconds: 30);
        Assert.InRange(TimeProvider.System.GetElapsedTime(removed).TotalSeconds, 0, 10);
        await site.UntilHealedAsync(token);
        await site.PurgeAsync(token);
    }

    private async Task<EngineView> EngineAsync(CancellationToken cancellationToken) =>
        (await installation.Get<ReconciliationService>().GetEngineAsync(Actor.Panel, cancellationToken)).Value;
}
