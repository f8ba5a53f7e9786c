using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;
using HostingPanel.Volumes;
using Npgsql;

namespace HostingPanel.Tests.Operations;

/// <summary>Data that is lost stays visibly lost: nothing puts an empty volume in its place, and half a deletion is never called whole.</summary>
public sealed class LostDataTests(PostgresFixture postgres) : IDisposable
{
    private static readonly Chapter Provision = new(OperationKinds.ProvisionSite, null);
    private static readonly Chapter Trash = new(OperationKinds.TrashSite, SiteAction.Trash);
    private static readonly Chapter Untrash = new(OperationKinds.UntrashSite, SiteAction.Untrash);
    private static readonly Chapter Purge = new(OperationKinds.PurgeSite, SiteAction.Purge);
    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hp-lost-data-");
    private readonly MemoryEngine _engine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _uploads.Delete(recursive: true);

    [Theory(Timeout = 60_000)]
    [InlineData(false, "volume-missing")]
    [InlineData(true, "volume-not-ours")]
    public Task A_trashed_site_is_not_built_around_an_empty_volume(bool isReplaced, string code) =>
        LiveAsync(async life =>
        {
            await LiveThroughAsync(life, Provision, Trash);
            var content = Lose(life, isReplaced);
            var ending = await life.LiveAsync(Untrash, killAt: null, Token);
            Assert.Equal((OperationState.Failed, code, SiteState.Trashed), (ending.State, ending.ErrorCode, ending.Site));
            Assert.Equal(isReplaced, _engine.Volumes.ContainsKey(content));
            Assert.Empty(_engine.Services);

            // Put back, it is whole again.
            _engine.Volumes[content] = _lost!;
            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(Untrash, killAt: null, Token)).State);
        });

    [Theory(Timeout = 60_000)]
    [InlineData(false, "volume-missing")]
    [InlineData(true, "volume-not-ours")]
    public Task A_stopped_site_is_not_started_on_an_empty_volume(bool isReplaced, string code) =>
        LiveAsync(async life =>
        {
            await LiveThroughAsync(life, Provision, new(OperationKinds.StopSite, SiteAction.Stop));
            var content = Lose(life, isReplaced);
            var ending = await life.LiveAsync(new(OperationKinds.StartSite, SiteAction.Start), killAt: null, Token);
            Assert.Equal((OperationState.Failed, code, SiteState.Stopped), (ending.State, ending.ErrorCode, ending.Site));
            Assert.Equal(isReplaced, _engine.Volumes.ContainsKey(content));
        });

    [Fact(Timeout = 60_000)]
    public Task A_site_that_is_deleted_in_part_is_purged_again_and_not_taken_out_of_the_trash() =>
        LiveAsync(async life =>
        {
            await LiveThroughAsync(life, Provision, Trash);
            var failed = await life.LiveAsync(Purge with { Failing = "remove volume" }, killAt: null, Token);
            Assert.Equal((OperationState.Failed, "made-to-fail", SiteState.Trashed), (failed.State, failed.ErrorCode, failed.Site));
            Assert.EndsWith("Part of it may be deleted. Purge it again.", await LastMessageAsync(life), StringComparison.Ordinal);
            var sites = life.Panel.Get<SiteManager>();
            var refused = await sites.RequestAsync(Actor.Panel, life.Site.Slug, SiteAction.Untrash, null, Token);
            Assert.Equal("purge-begun", refused.Problem?.Code);

            var ended = await life.LiveAsync(Purge, killAt: null, Token);
            Assert.Equal((OperationState.Succeeded, null), (ended.State, ended.Site));
            Assert.Empty(_engine.Volumes);
        });

    [Fact(Timeout = 60_000)]
    public Task A_purge_that_fails_or_is_cancelled_before_it_deletes_loses_nothing() =>
        LiveAsync(async life =>
        {
            await LiveThroughAsync(life, Provision, Trash);
            await life.LiveAsync(Purge with { Failing = "remove service" }, killAt: null, Token);
            Assert.EndsWith("Nothing was deleted.", await LastMessageAsync(life), StringComparison.Ordinal);

            var sites = life.Panel.Get<SiteManager>();
            var queued = (await sites.RequestAsync(Actor.Panel, life.Site.Slug, SiteAction.Purge, null, Token)).Value;
            Assert.True(queued.CanBeCancelled);
            Assert.Null((await life.Panel.Get<OperationService>().CancelAsync(Actor.Panel, queued.Id, null, Token)).Problem);
            await life.Panel.RunAsync(Token);
            var cancelled = (await life.Panel.Get<OperationService>().GetAsync(Actor.Panel, queued.Id, Token)).Value;
            Assert.Equal(OperationState.Cancelled, cancelled.State);
            Assert.DoesNotContain("taken back", cancelled.ErrorMessage, StringComparison.Ordinal);
            Assert.EndsWith("Nothing was deleted.", cancelled.ErrorMessage, StringComparison.Ordinal);
            Assert.Equal(2, _engine.Volumes.Count);
            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(Untrash, killAt: null, Token)).State);
        });

    [Fact(Timeout = 60_000)]
    public Task A_volume_that_is_deleted_in_part_does_not_come_out_of_the_trash() =>
        LiveAsync(async life =>
        {
            await LiveThroughAsync(life, Provision);
            var content = (await VolumesAsync(life)).Single(volume => volume.Name == "content");
            var manager = life.Panel.Get<VolumeManager>();
            var trash = life.Panel.Get<VolumeTrash>();
            Assert.Null((await manager.CloneAsync(Actor.Panel, content.Id, "copy", null, Token)).Problem);
            await life.Panel.RunAsync(Token);
            var copy = (await VolumesAsync(life)).Single(volume => volume.Name == "copy");
            Assert.Null((await trash.PutAsync(Actor.Panel, copy.Id, null, Token)).Problem);

            // Refused before anything was touched: it may still come back.
            var whole = _engine.Volumes[copy.EngineName];
            _engine.Volumes[copy.EngineName] = whole with { Identity = Guid.CreateVersion7() };
            var refused = await PurgeAsync(life, copy.Id);
            Assert.Equal("volume-not-ours", refused.ErrorCode);
            Assert.EndsWith("Nothing was deleted.", refused.ErrorMessage, StringComparison.Ordinal);
            _engine.Volumes[copy.EngineName] = whole;
            Assert.Equal(VolumeState.InUse, (await trash.RestoreAsync(Actor.Panel, copy.Id, null, Token)).Value.State);
            Assert.Null((await trash.PutAsync(Actor.Panel, copy.Id, null, Token)).Problem);

            _engine.Failures["remove volume"] = new InvalidOperationException("The engine lost its breath.");
            Assert.EndsWith("Purge it again.", (await PurgeAsync(life, copy.Id)).ErrorMessage, StringComparison.Ordinal);
            _engine.Failures.Clear();
            Assert.Equal("purge-begun", (await trash.RestoreAsync(Actor.Panel, copy.Id, null, Token)).Problem?.Code);

            Assert.Equal(OperationState.Succeeded, (await PurgeAsync(life, copy.Id)).State);
            Assert.DoesNotContain(copy.EngineName, _engine.Volumes.Keys);
        });

    private FakeVolume? _lost;

    /// <summary>Somebody removes a volume of the site by hand, and maybe makes another one of its name.</summary>
    private string Lose(SiteLife life, bool isReplaced)
    {
        var name = _engine.Volumes.Keys.Single(name =>
            name.Contains(life.Site.ShortId, StringComparison.Ordinal) && name.EndsWith("-content", StringComparison.Ordinal)
        );
        Assert.True(_engine.Volumes.TryRemove(name, out _lost));
        if (isReplaced)
        {
            _engine.Volumes[name] = new FakeVolume(Guid.CreateVersion7(), []);
        }

        return name;
    }

    private static async Task LiveThroughAsync(SiteLife life, params Chapter[] chapters)
    {
        foreach (var chapter in chapters)
        {
            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(chapter, killAt: null, Token)).State);
        }
    }

    private static async Task<OperationView> PurgeAsync(SiteLife life, Guid volume)
    {
        var queued = (await life.Panel.Get<VolumeTrash>().PurgeAsync(Actor.Panel, volume, null, Token)).Value;
        await life.Panel.RunAsync(Token);
        return (await life.Panel.Get<OperationService>().GetAsync(Actor.Panel, queued.Id, Token)).Value;
    }

    private static async Task<IReadOnlyList<VolumeView>> VolumesAsync(SiteLife life) =>
        (await life.Panel.Get<VolumeService>().ListOfSiteAsync(Actor.Panel, life.Site.Slug, Token)).Value;

    private static async Task<string?> LastMessageAsync(SiteLife life)
    {
        var filter = new OperationFilter(life.Site.Slug);
        return (await life.Panel.Get<OperationService>().ListAsync(Actor.Panel, filter, new PageRequest(1), Token))
            .Value
            .Items[0]
            .ErrorMessage;
    }

    private async Task LiveAsync(Func<SiteLife, Task> test)
    {
        postgres.SkipWhenAbsent();
        var connection = await postgres.CreateDatabaseAsync();
        try
        {
            await using var database = NpgsqlDataSource.Create(connection);
            await SiteLife.FoundAsync(database, _uploads.FullName, Token);
            await using var life = new SiteLife(database, _uploads.FullName, _engine, "wordpress");
            await test(life);
        }
        finally
        {
            await postgres.DropAsync(connection);
        }
    }
}
