using HostingPanel.Access;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>What crashes again and again is let rest, for longer each time, and is started at once when somebody has mended it.</summary>
[Collection(InstallationTests.Name)]
public sealed class CrashLoopTests(TestInstallation installation)
{
    [Fact(Timeout = 280_000)]
    public async Task A_service_that_crashes_again_and_again_rests_and_comes_back()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "crashing", token);
        // The tools' image has no web server: its program ends at once.
        await SetImageAsync(site, installation.Images["toolbox"], token);
        await installation.Get<Reconciler>().PassAsync(token);

        await Eventually.TrueAsync(async () => (await site.TroubleAsync(token))?.Code == SiteTrouble.CrashLoop, token, seconds: 150);
        await Eventually.TrueAsync(async () => (await site.ServiceAsync(site.Web, token))!.Spec.Mode!.Replicated!.Replicas == 0, token);
        var web = (await installation.Sites.ListServicesAsync(Actor.Panel, site.Slug, token)).Value.Single(service =>
            service.Name == "web"
        );
        var now = TimeProvider.System.GetUtcNow();
        Assert.InRange(web.RestsUntil!.Value, now, now + BackOff.Longest);
        Assert.Equal("ends-by-itself", web.Reason?.Code);
        Assert.NotNull((await installation.Sites.GetAsync(Actor.Panel, site.Slug, token)).Value.Trouble?.NextTryAt);
        // The database, which does not crash, is left alone.
        Assert.NotNull(await site.ContainerAsync(site.Database, token));
        // What ran before goes on for the seconds that it is given to say good-bye.
        await Eventually.TrueAsync(async () => await site.ContainerAsync(site.Web, token) is null, token);

        await Eventually.TrueAsync(
            async () => (await installation.Sites.GetAsync(Actor.Panel, site.Slug, token)).Value.ActiveOperation is null,
            token
        );
        await SetImageAsync(site, installation.Images["wordpress"], token);
        var restart = await installation.DoAsync(site.Slug, SiteAction.Restart, token);
        Assert.True(restart.State == OperationState.Succeeded, restart.ErrorMessage);
        Assert.True(await site.AnswersAsync(token));
        await site.PurgeAsync(token);
    }

    private static async Task SetImageAsync(HealedSite site, string image, CancellationToken token)
    {
        await using var context = await site.ContextAsync(token);
        await context
            .SiteServices.Where(service => service.SiteId == site.Id && service.Name == "web")
            .ExecuteUpdateAsync(set => set.SetProperty(service => service.Image, image), token);
    }
}
