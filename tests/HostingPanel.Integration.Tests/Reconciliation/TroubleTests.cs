using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>What the panel can't or must not mend by itself is named, waits its time, and harms nothing meanwhile.</summary>
[Collection(ReconciliationTests.Name)]
public sealed class TroubleTests(TestInstallation installation)
{
    private const string Unbuilt = "hostingpanel/wordpress:not-built-yet";

    /// <summary>Fault F11.</summary>
    [Fact(Timeout = 280_000)]
    public async Task A_missing_image_leaves_the_old_version_running_is_named_and_a_retry_works()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "imageless", token);
        var before = (await site.ContainerAsync(site.Web, token))!.Id;
        await SetImageAsync(site, Unbuilt, token);
        await installation.Get<Reconciler>().PassAsync(token);
        await Eventually.TrueAsync(async () => (await site.TroubleAsync(token))?.Code == "image-missing", token);
        Assert.Equal(before, (await site.ContainerAsync(site.Web, token))!.Id);
        Assert.True(await site.AnswersAsync(token));
        var view = (await installation.Sites.GetAsync(Actor.Panel, site.Slug, token)).Value;
        Assert.Contains("./panel up", view.Trouble?.Message, StringComparison.Ordinal);
        Assert.NotNull(view.Trouble?.NextTryAt);

        // A worker that starts anew waits as long as the one before it would have.
        var trouble = (await site.TroubleAsync(token))!;
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
        await installation.Get<Reconciler>().PassAsync(token);
        Assert.Equal(
            (trouble.Attempts, trouble.NotBefore),
            ((await site.TroubleAsync(token))!.Attempts, (await site.TroubleAsync(token))!.NotBefore)
        );
        Assert.Single(await site.HealsAsync(token));

        // A person's try fails with the same reason, and the site goes on.
        var restart = await installation.DoAsync(site.Slug, SiteAction.Restart, token);
        Assert.Equal("image-missing", restart.ErrorCode);
        Assert.True(await site.AnswersAsync(token));

        await installation.Docker.Images.TagAsync(installation.Images["wordpress"], Unbuilt, token);
        try
        {
            var retry = await installation.DoAsync(site.Slug, SiteAction.Restart, token);
            Assert.True(retry.State == OperationState.Succeeded, retry.ErrorMessage);
            Assert.Equal(Unbuilt, (await site.ContainerAsync(site.Web, token))!.Image);
            await site.UntilHealedAsync(token);
            await Eventually.TrueAsync(async () => await site.TroubleAsync(token) is null, token);
        }
        finally
        {
            await site.PurgeAsync(CancellationToken.None);
            await installation.Docker.Images.RemoveAsync(Unbuilt, force: false, CancellationToken.None);
        }
    }

    /// <summary>Fault F11.</summary>
    [Fact(Timeout = 280_000)]
    public async Task A_wrong_digest_and_a_registry_that_is_gone_leave_the_old_version_running_too()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "digestless", token);
        var before = (await site.ContainerAsync(site.Web, token))!.Id;
        foreach (var wrong in new[] { $"hostingpanel/wordpress@sha256:{new string('0', 64)}", "127.0.0.1:9/hostingpanel/wordpress:1" })
        {
            await SetImageAsync(site, wrong, token);
            var restart = await installation.DoAsync(site.Slug, SiteAction.Restart, token);
            Assert.Equal((wrong, "image-missing"), (wrong, restart.ErrorCode));
            Assert.Contains(wrong, restart.ErrorMessage, StringComparison.Ordinal);
            Assert.Equal(before, (await site.ContainerAsync(site.Web, token))!.Id);
            Assert.True(await site.AnswersAsync(token));
        }

        await SetImageAsync(site, installation.Images["wordpress"], token);
        await installation.SucceedsAsync(site.Slug, SiteAction.Restart, token);
        Assert.NotEqual(before, (await site.ContainerAsync(site.Web, token))!.Id);
        await site.PurgeAsync(token);
    }

    [Fact(Timeout = 280_000)]
    public async Task A_missing_volume_is_named_and_never_made_anew()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "volumeless", token);
        var row = await installation.Get<SiteStore>().LoadAsync(site.Id, operationId: null, token);
        var volume = row.Volume("content");
        await installation
            .Get<HandsOffService>()
            .BeginAsync(Actor.Panel, site.Slug, "breaking it", TimeProvider.System.GetUtcNow().AddHours(1), token);
        await installation.Docker.Services.RemoveAsync(site.Web, token);
        await Eventually.TrueAsync(async () => await site.ContainerAsync(site.Web, token) is null, token);
        await installation.Get<ISwarm>().RemoveVolumeAsync(volume.Name, volume.Identity, token);
        await installation.Get<HandsOffService>().EndAsync(Actor.Panel, site.Slug, token);

        await installation.Get<Reconciler>().PassAsync(token);
        await installation.Get<Reconciler>().PassAsync(token);
        Assert.Equal("volume-missing", (await site.TroubleAsync(token))?.Code);
        var web = (await installation.Sites.ListServicesAsync(Actor.Panel, site.Slug, token)).Value.Single(service =>
            service.Name == "web"
        );
        Assert.Equal("volume-missing", web.Reason?.Code);
        Assert.Empty(await site.HealsAsync(token));
        Assert.DoesNotContain(await installation.Docker.Volumes.ListAsync(installation.Mine, token), found => found.Name == volume.Name);

        // Put back, it is no obstacle any more.
        await installation.Get<ISwarm>().EnsureVolumesAsync([volume], token);
        await installation.Get<Reconciler>().PassAsync(token);
        await Eventually.TrueAsync(async () => await site.ServiceAsync(site.Web, token) is not null, token);
        await Eventually.TrueAsync(async () => (await site.HealsAsync(token)).All(heal => heal.IsFinished), token, seconds: 200);
        await site.PurgeAsync(token);
    }

    /// <summary>Fault F10.</summary>
    [Fact(Timeout = 280_000)]
    public async Task Updates_by_hand_in_the_middle_of_ours_end_with_every_field_as_it_should_be()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "stormy", token);
        var requested = await installation.Sites.RequestAsync(Actor.Panel, site.Slug, SiteAction.Restart, idempotencyKey: null, token);
        var updates = await StormAsync(site, token);
        Assert.True(updates > 5, $"Only {updates} updates by hand came through: no storm.");
        var restart = await installation.FinishAsync(requested.Value.Id, token);
        Assert.True(restart.State == OperationState.Succeeded, restart.ErrorMessage);

        await site.UntilHealedAsync(token);
        Assert.Empty(await site.FindingsAsync(token));
        var spec = (await site.ServiceAsync(site.Web, token))!.Spec;
        Assert.DoesNotContain(spec.TaskTemplate.ContainerSpec!.Env!, variable => variable.StartsWith("STORM", StringComparison.Ordinal));
        Assert.Equal(
            "hp.organisation hp.service hp.site hp.spec",
            string.Join(' ', spec.Labels!.Keys.Where(key => key is not ("hp.installation" or "hp.operation")).Order(StringComparer.Ordinal))
        );
        await site.PurgeAsync(token);
    }

    [Fact(Timeout = 280_000)]
    public async Task What_is_nobodys_is_reported_and_goes_only_when_somebody_says_so()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var reconciliation = installation.Get<ReconciliationService>();
        var name = $"{installation.Name}-orphan";
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hp.installation"] = installation.Name,
            ["hp.site"] = Guid.CreateVersion7().ToString(),
        };
        await installation.Docker.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = name,
                Driver = "overlay",
                Internal = true,
                Labels = labels,
            },
            token
        );
        UnownedView? orphan = null;
        // What is younger than a minute may have an owner yet.
        await Eventually.TrueAsync(
            async () =>
            {
                await installation.Get<Reconciler>().PassAsync(token);
                var listed = await reconciliation.ListUnownedAsync(Actor.Panel, new PageRequest(), token);
                return (orphan = listed.Value.Items.SingleOrDefault(thing => thing.Name == name)) is not null;
            },
            token,
            seconds: 100
        );
        Assert.NotNull(orphan);
        Assert.Equal((EngineKind.Network, true), (orphan.Kind, orphan.IsRemovable));
        Assert.Contains(await installation.Docker.Networks.ListAsync(installation.Mine, token), network => network.Name == name);

        var asked = await reconciliation.RemoveUnownedAsync(Actor.Panel, orphan.Id, "remove-it", token);
        var again = await reconciliation.RemoveUnownedAsync(Actor.Panel, orphan.Id, "remove-it", token);
        Assert.Equal(asked.Value.Id, again.Value.Id);
        var removed = await installation.FinishAsync(asked.Value.Id, token);
        Assert.True(removed.State == OperationState.Succeeded, removed.ErrorMessage);
        Assert.DoesNotContain(await installation.Docker.Networks.ListAsync(installation.Mine, token), network => network.Name == name);
        var left = (await reconciliation.ListUnownedAsync(Actor.Panel, new PageRequest(), token)).Value.Items;
        Assert.DoesNotContain(left, thing => thing.Name == name);
    }

    /// <summary>Somebody updates the service as fast as he can, for some seconds. Returns how often it worked.</summary>
    private static async Task<int> StormAsync(HealedSite site, CancellationToken cancellationToken)
    {
        var updates = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(150));
        for (var tries = 0; tries < 50; tries++)
        {
            try
            {
                await site.ChangeByHandAsync(
                    site.Web,
                    spec =>
                        spec with
                        {
                            Labels = new Dictionary<string, string>(spec.Labels!, StringComparer.Ordinal) { ["storm"] = $"{tries}" },
                            TaskTemplate = spec.TaskTemplate with
                            {
                                ContainerSpec = spec.TaskTemplate.ContainerSpec! with { Env = [$"STORM={tries}"] },
                            },
                        },
                    cancellationToken
                );
                updates++;
            }
            catch (UpdateOutOfSequenceException)
            {
                // The panel was faster this time.
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return updates;
    }

    private static async Task SetImageAsync(HealedSite site, string image, CancellationToken token)
    {
        await using var context = await site.ContextAsync(token);
        await context
            .SiteServices.Where(service => service.SiteId == site.Id && service.Name == "web")
            .ExecuteUpdateAsync(set => set.SetProperty(service => service.Image, image), token);
    }
}
