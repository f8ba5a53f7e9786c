using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>Whatever is done to the engine by hand, the sites come back as the database wants them.</summary>
[Collection(ReconciliationTests.Name)]
public sealed class HealingTests(TestInstallation installation)
{
    [Fact(Timeout = 280_000)]
    public async Task An_emptied_swarm_is_rebuilt_from_the_database()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var sites = new[]
        {
            await HealedSite.MakeAsync(installation, "emptied-a", token),
            await HealedSite.MakeAsync(installation, "emptied-b", token),
        };
        foreach (var site in sites)
        {
            await site.RemoveByHandAsync(token);
        }

        foreach (var site in sites)
        {
            await site.UntilHealedAsync(token);
            var heal = Assert.Single(await site.HealsAsync(token), heal => heal.State == OperationState.Succeeded);
            Assert.Equal("panel", heal.RequestedBy);
            var log = await installation.Get<OperationService>().ReadLogAsync(Actor.Panel, heal.Id, 0, token);
            Assert.Contains(log.Value, line => line.Text == $"The service {site.Web} is not in the engine.");
            await site.PurgeAsync(token);
        }
    }

    [Fact(Timeout = 280_000)]
    public async Task What_was_changed_by_hand_is_put_right()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "changed", token);
        Assert.Empty(await site.FindingsAsync(token));

        // Scaled: put right without touching the container that ran.
        await site.ChangeByHandAsync(site.Web, spec => spec with { Mode = ServiceMode.Replicas(3) }, token);
        await site.UntilHealedAsync(token);
        Assert.Equal(1ul, (await site.ServiceAsync(site.Web, token))!.Spec.Mode!.Replicated!.Replicas);

        // The environment, and with it every other field of the template.
        await site.ChangeByHandAsync(
            site.Web,
            spec =>
                spec with
                {
                    TaskTemplate = spec.TaskTemplate with
                    {
                        ContainerSpec = spec.TaskTemplate.ContainerSpec! with { Env = ["HP_WORKERS=1"], Hostname = "elsewhere" },
                    },
                },
            token
        );
        await site.UntilHealedAsync(token);
        var container = (await site.ServiceAsync(site.Web, token))!.Spec.TaskTemplate.ContainerSpec!;
        Assert.Contains("HP_WORKERS=8", container.Env!);
        Assert.Null(container.Hostname);

        // A service removed alone.
        await installation.Docker.Services.RemoveAsync(site.Web, token);
        await Eventually.TrueAsync(async () => await site.ServiceAsync(site.Web, token) is not null, token);
        await site.UntilHealedAsync(token);

        // A killed container: that is the engine's part, and nothing of ours stands in its way.
        var heals = (await site.HealsAsync(token)).Count;
        var killed = (await site.ContainerAsync(site.Web, token))!.Id;
        await installation.Docker.Containers.KillAsync(killed, "SIGKILL", token);
        await Eventually.TrueAsync(
            async () => await site.ContainerAsync(site.Web, token) is { } other && other.Id != killed && await site.AnswersAsync(token),
            token
        );
        Assert.Equal(heals, (await site.HealsAsync(token)).Count);
        await site.PurgeAsync(token);
    }

    [Fact(Timeout = 280_000)]
    public async Task A_site_that_somebody_works_on_is_left_alone_until_he_has_done()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "handsoff", token);
        var handsOff = installation.Get<HandsOffService>();
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        var set = await handsOff.BeginAsync(Actor.Panel, site.Slug, "I look for a leak", until, token);
        Assert.Equal("I look for a leak", set.Value.HandsOff?.Reason);

        await installation.Docker.Services.RemoveAsync(site.Web, token);
        // Two looks later nothing has been asked for.
        await installation.Get<Reconciler>().PassAsync(token);
        await installation.Get<Reconciler>().PassAsync(token);
        Assert.Empty(await site.HealsAsync(token));
        Assert.Null(await site.ServiceAsync(site.Web, token));
        var services = (await installation.Sites.ListServicesAsync(Actor.Panel, site.Slug, token)).Value;
        Assert.Equal("absent", services.Single(service => service.Name == "web").State);

        Assert.Null((await handsOff.EndAsync(Actor.Panel, site.Slug, token)).Value.HandsOff);
        // At once: nobody waits for the clock.
        await Eventually.TrueAsync(async () => (await site.HealsAsync(token)).Count > 0, token, seconds: 10);
        await site.UntilHealedAsync(token);
        await site.PurgeAsync(token);
    }

    [Fact(Timeout = 280_000)]
    public async Task A_stopped_site_stays_stopped_and_is_rebuilt_as_one()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "stopped", token);
        await installation.DoAsync(site.Slug, SiteAction.Stop, token);
        await site.ChangeByHandAsync(site.Database, spec => spec with { Mode = ServiceMode.Replicas(1) }, token);
        await Eventually.TrueAsync(async () => (await site.HealsAsync(token)).Any(heal => heal.State == OperationState.Succeeded), token);
        Assert.Empty(await site.FindingsAsync(token));
        Assert.Null(await site.ContainerAsync(site.Database, token));

        await site.RemoveByHandAsync(token);
        await Eventually.TrueAsync(async () => (await site.FindingsAsync(token)).Count == 0, token);
        Assert.Null(await site.ContainerAsync(site.Web, token));
        await Eventually.TrueAsync(
            async () => (await installation.Sites.GetAsync(Actor.Panel, site.Slug, token)).Value.ActiveOperation is null,
            token
        );
        var started = await installation.DoAsync(site.Slug, SiteAction.Start, token);
        Assert.True(started.State == OperationState.Succeeded, started.ErrorMessage);
        Assert.True(await site.AnswersAsync(token));
        await site.PurgeAsync(token);
    }
}
