using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class BackupApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task A_backup_is_accepted_once_for_each_key()
    {
        var slug = await RunningSiteAsync();
        var accepted = await Api.Backups.TakeAsync(slug, idempotencyKey: "backup-key", cancellationToken: Cancellation);
        Assert.Equal(("take-backup", "Back up", slug), (accepted.Operation.Kind, accepted.Operation.Title, accepted.Operation.Target));
        Assert.Equal(
            accepted.Operation.Id,
            (await Api.Backups.TakeAsync(slug, idempotencyKey: "backup-key", cancellationToken: Cancellation)).Operation.Id
        );
        Assert.Equal("site-busy", (await RefusalAsync(() => Api.Backups.TakeAsync(slug, cancellationToken: Cancellation))).Code);
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(false, 30)]
    [InlineData(true, 15)]
    public async Task Whoever_does_not_wait_for_a_backup_says_so_and_it_goes_after_those_who_do(bool? gently, int priority)
    {
        var slug = await RunningSiteAsync();
        var accepted = await Api.Backups.TakeAsync(slug, new TakeBackupRequest(gently), cancellationToken: Cancellation);
        Assert.Equal(priority, await App.ScalarAsync<int>("SELECT priority FROM operations WHERE id = $1", accepted.Operation.Id));
    }

    [Theory]
    [InlineData("Stopped", "site-is-stopped")]
    [InlineData("Trashed", "site-is-trashed")]
    [InlineData("Failed", "site-is-failed")]
    [InlineData("New", "site-is-new")]
    public async Task A_site_that_does_not_run_is_not_backed_up_and_the_reason_is_told(string state, string code)
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, state);
        var refusal = await RefusalAsync(() => Api.Backups.TakeAsync(made.Site!.Slug, cancellationToken: Cancellation));
        Assert.Equal((409, code), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Restore_points_are_listed_the_newest_first_with_their_copies()
    {
        var slug = await RunningSiteAsync();
        Assert.Empty((await Api.Backups.ListAsync(slug, cancellationToken: Cancellation)).Items);
        var older = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var newer = await AddRestorePointAsync(slug, "Failed", isReadBack: false);

        var first = await Api.Backups.ListAsync(slug, limit: 1, cancellationToken: Cancellation);
        var failed = Assert.Single(first.Items);
        Assert.Equal((newer, RestorePointState.Failed, "target-full"), (failed.Id, failed.State, Assert.Single(failed.Copies).Fault?.Code));
        Assert.Null(failed.Copies[0].ReadBackAt);

        var second = await Api.Backups.ListAsync(slug, cursor: first.NextCursor, cancellationToken: Cancellation);
        var good = Assert.Single(second.Items);
        Assert.Equal((older, RestorePointState.Good, 70L, 30L), (good.Id, good.State, good.FileBytes, good.DatabaseBytes));
        Assert.NotNull(Assert.Single(good.Copies).ReadBackAt);
        Assert.Equal(("local", TargetKind.Local, "abc"), (good.Copies[0].Target, good.Copies[0].Kind, good.Copies[0].Snapshot));
        Assert.Contains(slug, (await Api.Backups.GetManifestAsync(slug, older, Cancellation)).Json, StringComparison.Ordinal);
        Assert.Equal("manifest-not-written", (await RefusalAsync(() => Api.Backups.GetManifestAsync(slug, newer, Cancellation))).Code);
    }

    [Fact]
    public async Task A_restore_point_belongs_to_its_site_alone()
    {
        var (slug, other) = (await RunningSiteAsync(), await RunningSiteAsync());
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        Assert.Equal("restore-point-not-found", (await RefusalAsync(() => Api.Backups.GetAsync(other, id, Cancellation))).Code);
        Assert.Equal("restore-point-not-found", (await RefusalAsync(() => Api.Backups.GetManifestAsync(other, id, Cancellation))).Code);
        Assert.Equal(
            "restore-point-not-found",
            (
                await RefusalAsync(() =>
                    Api.Backups.RestoreAsync(other, id, new RestoreRequest("new-site", NewName("x")), cancellationToken: Cancellation)
                )
            ).Code
        );
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Backups.ListAsync("nobody", cancellationToken: Cancellation))).Code);
    }

    [Fact]
    public async Task The_restore_points_of_a_purged_site_are_still_there_and_not_those_of_a_later_one_of_that_name()
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await App.ExecuteAsync("UPDATE restore_points SET site_id = gen_random_uuid(), site_slug = 'purged' WHERE id = $1", id);
        Assert.Empty((await Api.Backups.ListAsync(slug, cancellationToken: Cancellation)).Items);
        await App.ExecuteAsync("UPDATE restore_points SET site_slug = 'long-gone' WHERE id = $1", id);
        Assert.Equal(id, Assert.Single((await Api.Backups.ListAsync("long-gone", cancellationToken: Cancellation)).Items).Id);
    }

    [Fact]
    public async Task Only_what_is_good_is_restored_and_only_in_a_way_there_is()
    {
        var slug = await RunningSiteAsync();
        var failed = await AddRestorePointAsync(slug, "Failed", isReadBack: false);
        var refusal = await RefusalAsync(() =>
            Api.Backups.RestoreAsync(slug, failed, new RestoreRequest("new-site", NewName("x")), cancellationToken: Cancellation)
        );
        Assert.Equal((409, "restore-point-not-good"), (refusal.Status, refusal.Code));

        var good = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var mode = await RefusalAsync(() =>
            Api.Backups.RestoreAsync(slug, good, new RestoreRequest("by magic", NewName("x")), cancellationToken: Cancellation)
        );
        Assert.Equal((400, "mode"), (mode.Status, Assert.Single(mode.Errors).Path));
        var target = await RefusalAsync(() =>
            Api.Backups.RestoreAsync(slug, good, new RestoreRequest("new-site", NewName("x"), "nowhere"), cancellationToken: Cancellation)
        );
        Assert.Equal("copy-not-found", target.Code);
    }

    [Fact]
    public async Task A_new_site_is_reserved_for_what_is_restored()
    {
        var slug = await RunningSiteAsync();
        var site = await Api.Sites.GetAsync(slug, Cancellation);
        var good = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var taken = await RefusalAsync(() =>
            Api.Backups.RestoreAsync(slug, good, new RestoreRequest("new-site", slug), cancellationToken: Cancellation)
        );
        Assert.Equal((409, "slug-taken"), (taken.Status, taken.Code));

        var name = NewName("restored");
        var accepted = await Api.Backups.RestoreAsync(slug, good, new RestoreRequest("new-site", name), "restore-key", Cancellation);
        Assert.Equal(("restore-as-new", name), (accepted.Operation.Kind, accepted.Operation.Target));
        Assert.Equal((name, site.Organisation, "Food Bank"), (accepted.Site!.Slug, accepted.Site.Organisation, accepted.Site.Title));
        Assert.Equal(
            accepted.Operation.Id,
            (await Api.Backups.RestoreAsync(slug, good, new RestoreRequest("new-site", name), "restore-key", Cancellation)).Operation.Id
        );
        Assert.Equal(
            [("content", false), ("copy", true), ("data", false)],
            (await Api.Sites.ListVolumesAsync(name, Cancellation)).Items.Select(volume => (volume.Name, volume.MountedBy.Count == 0))
        );
        Assert.Equal("wordpress:old", (await Api.Sites.ListServicesAsync(name, Cancellation)).Items.Single(row => row.Name == "web").Image);
    }

    [Fact]
    public async Task What_a_good_restore_point_has_is_covered()
    {
        var slug = await RunningSiteAsync();
        await AddRestorePointAsync(slug, "Failed", isReadBack: false);
        Assert.Equal(0, (await Api.Volumes.GetCoverageAsync(slug, cancellationToken: Cancellation)).Summary.Covered);
        await AddRestorePointAsync(slug, "Good", isReadBack: true);

        var report = await Api.Volumes.GetCoverageAsync(slug, cancellationToken: Cancellation);
        Assert.Equal((2, 1, 0), (report.Summary.Covered, report.Summary.Excluded, report.Summary.Uncovered));
        Assert.All(
            report.Items.Where(item => item.Name != "data"),
            item => Assert.Equal((CoverageState.Covered, true), (item.Coverage.State, item.Coverage.LastCoveredAt is not null))
        );
        var volume = (await Api.Volumes.ListAsync(slug, cancellationToken: Cancellation)).Items.Single(row => row.Name == "content");
        Assert.Equal(CoverageState.Covered, volume.Coverage.State);
    }

    [Fact]
    public async Task There_is_a_local_target_from_the_start()
    {
        var targets = await Api.Backups.ListTargetsAsync(Cancellation);
        var local = targets.Items.Single(target => target.Name == "local");
        Assert.Equal((TargetKind.Local, null, null), (local.Kind, local.Address, local.RetiredAt));
    }
}
