using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Volumes;

namespace HostingPanel.Integration.Tests.Volumes;

/// <summary>Volumes that nothing mounts: in and out of the trash, found on the node and taken in, purged.</summary>
[Collection(InstallationTests.Name)]
public sealed class OwnVolumeTests(TestInstallation installation)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_clone_goes_through_the_trash_and_only_from_there_for_good()
    {
        var site = await VolumeSite.CreateAsync(installation, "tidy", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        await site.RunAsync("echo text >/v/content/file", "content");
        await site.CloneAsync("content", "copy");
        var (copy, content) = (await site.RowAsync("copy"), await site.RowAsync("content"));
        var trash = site.Trash;

        Assert.Equal("volume-not-trashed", (await trash.PurgeAsync(Actor.Panel, copy.Id, null, Token)).Problem?.Code);
        Assert.Equal("volume-is-mounted", (await trash.PurgeAsync(Actor.Panel, content.Id, null, Token)).Problem?.Code);
        Assert.Equal("volume-is-mounted", (await trash.PutAsync(Actor.Panel, content.Id, null, Token)).Problem?.Code);

        var trashed = (await trash.PutAsync(Actor.Panel, copy.Id, null, Token)).Value;
        Assert.Equal((VolumeState.Trashed, trashed.TrashedAt?.AddDays(30)), (trashed.State, trashed.KeptUntil));
        Assert.Equal("volume-is-trashed", (await trash.PutAsync(Actor.Panel, copy.Id, null, Token)).Problem?.Code);
        Assert.Equal("volume-is-trashed", (await site.Manager.CloneAsync(Actor.Panel, copy.Id, "other", null, Token)).Problem?.Code);
        Assert.Equal(VolumeState.InUse, (await trash.RestoreAsync(Actor.Panel, copy.Id, null, Token)).Value.State);
        await trash.PutAsync(Actor.Panel, copy.Id, null, Token);

        var preview = (await trash.PreviewAsync(Actor.Panel, copy.Id, Token)).Value;
        Assert.Null(preview.Refusal);
        Assert.Contains(preview.Goes, thing => thing.What == "volume" && thing.Text.Contains(copy.EngineName, StringComparison.Ordinal));
        Assert.Contains(preview.Goes, thing => thing.What == "files" && thing.Text.Contains("1 files", StringComparison.Ordinal));

        await PurgeAsync(copy.Id);
        Assert.Equal([$"volume {content.EngineName}"], await installation.LabelledAsync(site.Id, Token));
        Assert.Equal(["content"], (await site.VolumesAsync()).Select(volume => volume.Name));
        Assert.Equal("text", await site.RunAsync("cat /v/content/file", "content"));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_worker_had_in_its_hands_when_it_was_killed_goes_before_the_next_one_writes()
    {
        var site = await VolumeSite.CreateAsync(installation, "orphaned", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hp.installation"] = installation.Name,
            ["hp.site"] = site.Id.ToString(),
            ["hp.writer"] = "another process",
        };
        var left = await installation.Docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = installation.Images["toolbox"],
                Cmd = ["true"],
                Labels = labels,
            },
            Token
        );
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
        var content = await site.RowAsync("content");
        var owner = new Platform.Ownership(site.Id, null);
        var volume = new Platform.VolumeDefinition(content.EngineName, content.Id, 0, 0, UnixFileMode.UserRead, owner);
        await installation.Get<Platform.ISwarm>().RequireVolumesAsync([volume], Token);
        Assert.Equal([$"volume {content.EngineName}"], await installation.LabelledAsync(site.Id, Token));
        await Assert.ThrowsAsync<DockerNotFoundException>(() => installation.Docker.Containers.InspectAsync(left.Id, Token));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_volume_that_nobody_owns_is_listed_taken_in_and_purged_by_its_marker()
    {
        var site = await VolumeSite.CreateAsync(installation, "finder", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        var name = $"{installation.Name}found-by-hand";
        await installation.Docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = name }, Token);
        try
        {
            await VolumeSite.RunAsync(installation, "cd /v/it && echo text >file && chown 42:43 . && chmod 0701 .", [(name, "it")]);
            await ObserveAsync();
            var found = Assert.Single(await UnknownAsync(), volume => volume.Name == name);
            Assert.Equal((false, null, 0), (found.IsOurs, found.Obstacle, found.UsedBy.Count));
            Assert.DoesNotContain(await UnknownAsync(), volume => volume.Name.EndsWith("-gateway", StringComparison.Ordinal));

            var accepted = await site.Manager.AdoptAsync(
                Actor.Panel,
                name,
                new VolumeAdoption("finder", "old-files", VolumeKind.Files),
                idempotencyKey: null,
                Token
            );
            Assert.Null(accepted.Problem);
            var operation = await installation.FinishAsync(accepted.Value.Operation.Id, Token);
            Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
            Assert.DoesNotContain(await UnknownAsync(), volume => volume.Name == name);
            var row = await site.RowAsync("old-files");
            Assert.Equal((VolumeState.InUse, true, name), (row.State, row.IsAdopted, row.EngineName));
            Assert.Equal($"{row.Id}", await site.RunAsync("cat /v/old-files/.hp-volume", "old-files"));
            Assert.Equal("701 42 43\ntext", await site.RunAsync("cd /v/old-files && stat -c '%a %u %g' . && cat file", "old-files"));

            // Its labels prove nothing, so what the marker says decides.
            await site.Trash.PutAsync(Actor.Panel, row.Id, null, Token);
            await site.RunAsync("rm /v/old-files/.hp-volume && echo other >/v/old-files/.hp-volume", "old-files");
            var refused = await installation.FinishAsync((await site.Trash.PurgeAsync(Actor.Panel, row.Id, null, Token)).Value.Id, Token);
            Assert.Equal((OperationState.Failed, "volume-not-ours"), (refused.State, refused.ErrorCode));
            Assert.Equal("text", await site.RunAsync("cat /v/old-files/file", "old-files"));

            await site.RunAsync($"echo {row.Id} >/v/old-files/.hp-volume", "old-files");
            await PurgeAsync(row.Id);
            await Assert.ThrowsAsync<DockerNotFoundException>(() => installation.Docker.Volumes.InspectAsync(name, Token));
        }
        finally
        {
            await RemoveAsync(name);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_volume_that_is_used_or_lies_elsewhere_or_belongs_to_another_installation_is_not_taken_in()
    {
        var site = await VolumeSite.CreateAsync(installation, "refuser", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        var (used, bound, foreign) = ($"{installation.Name}used", $"{installation.Name}bound", $"{installation.Name}foreign");
        var options = new Dictionary<string, string>
        {
            ["type"] = "none",
            ["o"] = "bind",
            ["device"] = "/etc",
        };
        await installation.Docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = used }, Token);
        await installation.Docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = bound, DriverOpts = options }, Token);
        await installation.Docker.Volumes.CreateAsync(
            new VolumeCreateRequest
            {
                Name = foreign,
                Labels = new Dictionary<string, string> { ["hp.installation"] = "somebodyelse" },
            },
            Token
        );
        try
        {
            await using var user = await VolumeSite.StartAsync(installation, "sleep 100", [(used, "it")]);
            await ObserveAsync();
            Assert.Equal("unknown-volume-not-found", (await AdoptAsync(foreign)).Problem?.Code);
            Assert.Equal("volume-is-mounted", (await AdoptAsync(used)).Problem?.Code);
            Assert.Equal("volume-not-adoptable", (await AdoptAsync(bound)).Problem?.Code);
            Assert.Equal("unknown-volume-not-found", (await AdoptAsync((await site.RowAsync("content")).EngineName)).Problem?.Code);
            Assert.Equal(["content"], (await site.VolumesAsync()).Select(volume => volume.Name));
        }
        finally
        {
            await RemoveAsync(used);
            await RemoveAsync(bound);
            await RemoveAsync(foreign);
        }

        Task<Outcome<AcceptedVolume>> AdoptAsync(string name) =>
            site.Manager.AdoptAsync(Actor.Panel, name, new VolumeAdoption("refuser", "taken", VolumeKind.Files), null, Token);
    }

    [Fact(Timeout = 120_000)]
    public async Task Purging_a_site_takes_its_clones_with_it_and_no_other_sites()
    {
        var site = await VolumeSite.CreateAsync(installation, "doomed", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        var other = await VolumeSite.CreateAsync(installation, "spared", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        await site.CloneAsync("content", "copy");
        Assert.Equal(2, (await installation.LabelledAsync(site.Id, Token)).Count);
        Assert.Equal(OperationState.Succeeded, (await installation.DoAsync("doomed", SiteAction.Trash, Token)).State);
        Assert.Equal(
            "site-is-trashed",
            (await site.Manager.CloneAsync(Actor.Panel, (await site.RowAsync("copy")).Id, "more", null, Token)).Problem?.Code
        );
        Assert.Equal(OperationState.Succeeded, (await installation.DoAsync("doomed", SiteAction.Purge, Token)).State);
        Assert.Empty(await installation.LabelledAsync(site.Id, Token));
        Assert.Single(await installation.LabelledAsync(other.Id, Token));
    }

    private async Task PurgeAsync(Guid id)
    {
        var queued = await installation.Get<VolumeTrash>().PurgeAsync(Actor.Panel, id, null, Token);
        Assert.Null(queued.Problem);
        var operation = await installation.FinishAsync(queued.Value.Id, Token);
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
    }

    private Task ObserveAsync() => installation.Get<VolumeObserver>().ObserveAsync(Token);

    private async Task<IReadOnlyList<UnknownVolumeView>> UnknownAsync() =>
        (await installation.Get<VolumeService>().ListUnknownAsync(Actor.Panel, new PageRequest(200), Token)).Value.Items;

    private async Task RemoveAsync(string name)
    {
        try
        {
            await installation.Docker.Volumes.RemoveAsync(name, CancellationToken.None);
        }
        catch (DockerNotFoundException)
        {
            // As it should be.
        }
    }
}
