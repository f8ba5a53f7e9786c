using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>The engine makes a volume that is missing without a word, empty and nobody's. The panel never lets it come to that.</summary>
[Collection(InstallationTests.Name)]
public sealed class LostVolumeTests(TestInstallation installation)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 280_000)]
    public async Task A_site_whose_volume_is_lost_or_replaced_is_neither_started_nor_taken_out_of_the_trash()
    {
        installation.Require();
        var site = await HealedSite.MakeAsync(installation, "bereft", Token);
        var volume = (await installation.Get<SiteStore>().LoadAsync(site.Id, operationId: null, Token)).Volume("content");
        var swarm = installation.Get<ISwarm>();
        Assert.Equal(OperationState.Succeeded, (await installation.DoAsync(site.Slug, SiteAction.Stop, Token)).State);
        await swarm.RemoveVolumeAsync(volume.Name, volume.Identity, Token);

        await RefusedAsync(SiteAction.Start, "volume-missing");
        Assert.DoesNotContain(await installation.Docker.Volumes.ListAsync(filters: null, Token), found => found.Name == volume.Name);
        Assert.Equal(SiteState.Stopped, await StateAsync());

        Assert.Equal(OperationState.Succeeded, (await installation.DoAsync(site.Slug, SiteAction.Trash, Token)).State);
        await RefusedAsync(SiteAction.Untrash, "volume-missing");
        Assert.DoesNotContain(await installation.Docker.Volumes.ListAsync(filters: null, Token), found => found.Name == volume.Name);
        Assert.Equal(SiteState.Trashed, await StateAsync());

        // Another one under its name is not taken for it.
        await installation.Docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = volume.Name }, Token);
        await RefusedAsync(SiteAction.Untrash, "volume-not-ours");
        await installation.Docker.Volumes.RemoveAsync(volume.Name, Token);

        // Nor one with the right label in which the marker is not the right one.
        await swarm.EnsureVolumesAsync([volume], Token);
        await swarm.RequireVolumesAsync([volume], Token);
        await Volumes.VolumeSite.RunAsync(installation, "rm /v/it/.hp-volume", [(volume.Name, "it")]);
        await RefusedAsync(SiteAction.Untrash, "volume-not-ours");
        Assert.Equal(
            "gone",
            await Volumes.VolumeSite.RunAsync(installation, "test -e /v/it/.hp-volume || echo gone", [(volume.Name, "it")])
        );

        Assert.Equal(OperationState.Succeeded, (await installation.DoAsync(site.Slug, SiteAction.Purge, Token)).State);
        Assert.Empty(await installation.LabelledAsync(site.Id, Token));

        async Task RefusedAsync(SiteAction action, string code)
        {
            var refused = await installation.DoAsync(site.Slug, action, Token);
            Assert.Equal((OperationState.Failed, code), (refused.State, refused.ErrorCode));
            Assert.Contains(volume.Name, refused.ErrorMessage, StringComparison.Ordinal);
        }

        async Task<SiteState> StateAsync() => (await installation.Sites.GetAsync(Actor.Panel, site.Slug, Token)).Value.State;
    }
}
