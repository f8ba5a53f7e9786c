using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>What is removed for good only when somebody says so: repositories that were set aside, and the last that is left of a purged site.</summary>
public sealed class SetAsideApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task A_repository_that_was_set_aside_is_listed_and_goes_with_its_sites_name()
    {
        var slug = await RunningSiteAsync();
        await AddRestorePointAsync(slug, "Failed", isReadBack: false);
        var whole = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        Assert.DoesNotContain((await Api.Backups.ListSetAsideAsync(Cancellation)).Items, item => item.Site == slug);
        await App.ExecuteAsync(
            "UPDATE backup_repositories SET restic_id = 'r', set_aside_at = now() - interval '3 days', fault = 'A pack is broken.' "
                + "WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        await App.ExecuteAsync("UPDATE restore_point_copies SET added_bytes = 1000 WHERE restore_point_id = $1", whole);
        var aside = await FindAsync();
        Assert.Equal(
            (false, "local", 1000L, 2, 1, "A pack is broken.", null),
            (aside.SitePurged, aside.Target, aside.Bytes, aside.Copies, aside.Whole, aside.Fault, aside.RemovedBy)
        );

        // The only good one of a site that is there lies in it, although it is set aside.
        Assert.Equal("last-good-restore-point", (await RefusalAsync(() => RemoveAsync(slug))).Code);
        await App.ExecuteAsync("UPDATE restore_point_copies SET read_back_at = NULL WHERE restore_point_id = $1", whole);
        Assert.Equal("confirm", Assert.Single((await RefusalAsync(() => RemoveAsync("another"))).Errors).Path);
        Assert.Equal(
            "repository-not-found",
            (await RefusalAsync(() => Api.Backups.RemoveSetAsideAsync(Guid.Empty, slug, cancellationToken: Cancellation))).Code
        );
        var key = Guid.CreateVersion7().ToString();
        var accepted = await Api.Backups.RemoveSetAsideAsync(aside.Id, slug, key, Cancellation);
        Assert.Equal(("remove-repository", slug), (accepted.Operation.Kind, accepted.Operation.Target));
        Assert.Equal(accepted.Operation.Id, (await Api.Backups.RemoveSetAsideAsync(aside.Id, slug, key, Cancellation)).Operation.Id);
        Assert.Equal("repository-in-use", (await RefusalAsync(() => RemoveAsync(slug))).Code);
        Assert.Equal(accepted.Operation.Id, (await FindAsync()).RemovedBy);

        Task<Accepted> RemoveAsync(string confirm) => Api.Backups.RemoveSetAsideAsync(aside.Id, confirm, cancellationToken: Cancellation);
        async Task<SetAsideRepository> FindAsync() =>
            Assert.Single((await Api.Backups.ListSetAsideAsync(Cancellation)).Items, item => item.Site == slug);
    }

    [Fact]
    public async Task The_last_restore_point_of_a_purged_site_goes_with_its_name_and_that_of_a_site_in_the_trash_stays()
    {
        var slug = await RunningSiteAsync();
        var point = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await App.ExecuteAsync(
            "UPDATE backup_repositories SET restic_id = 'r' WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        foreach (var state in (string[])["Running", "Trashed"])
        {
            await App.ExecuteAsync("UPDATE sites SET state = $1, trashed_at = now() WHERE slug = $2", state, slug);
            Assert.Equal("last-good-restore-point", (await RefusalAsync(() => DeleteAsync(Api, slug))).Code);
        }

        slug = await PurgeAsync(slug);
        Assert.Equal("confirm", Assert.Single((await RefusalAsync(() => DeleteAsync(Api, "another"))).Errors).Path);
        var operatorOf = await App.NewAccountAsync(HostingPanel.Access.StaffRole.Operator);
        var secret = await NewTokenAsync(operatorOf.Id);
        Assert.Equal("not-permitted", (await RefusalAsync(() => DeleteAsync(new PanelClient(App.Http(secret)), slug))).Code);
        var accepted = await DeleteAsync(Api, slug);
        Assert.Equal(("delete-restore-point", slug), (accepted.Operation.Kind, accepted.Operation.Target));
        Assert.Equal(
            1L,
            await App.ScalarAsync<long>(
                "SELECT count(*) FROM operations o JOIN backup_repositories r ON r.site_id = o.site_id "
                    + "WHERE o.id = $1 AND o.arguments::jsonb -> 'Emptied' @> to_jsonb(r.id::text)",
                accepted.Operation.Id
            )
        );

        Task<Accepted> DeleteAsync(PanelClient client, string confirm) =>
            client.Backups.DeleteAsync(slug, point, confirm, null, Cancellation);
    }

    [Fact]
    public async Task Of_a_purged_site_the_last_one_at_a_target_goes_too_and_what_was_never_whole()
    {
        var slug = await RunningSiteAsync();
        var failed = await AddRestorePointAsync(slug, "Failed", isReadBack: false);
        var good = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await App.ExecuteAsync(
            "UPDATE backup_repositories SET restic_id = 'r' WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        slug = await PurgeAsync(slug);
        // Beside one that is whole: nothing is emptied for it.
        Assert.Equal(0, await EmptiedByAsync(failed));
        Assert.Equal(1, await EmptiedByAsync(good));

        async Task<int> EmptiedByAsync(Guid id)
        {
            var accepted = await Api.Backups.DeleteAsync(slug, id, slug, null, Cancellation);
            return await App.ScalarAsync<int>(
                "SELECT coalesce(jsonb_array_length(arguments::jsonb -> 'Emptied'), 0) FROM operations WHERE id = $1",
                accepted.Operation.Id
            );
        }
    }

    /// <summary>Leaves what a purge leaves: restore points and repositories of a site that is not there; gives the slug that it had.</summary>
    private async Task<string> PurgeAsync(string slug)
    {
        var (gone, id) = (NewName("gone"), Guid.CreateVersion7());
        await App.ExecuteAsync(
            "UPDATE backup_repositories SET site_id = $1 WHERE site_id = (SELECT id FROM sites WHERE slug = $2)",
            id,
            slug
        );
        await App.ExecuteAsync("UPDATE restore_points SET site_id = $1, site_slug = $2 WHERE site_slug = $3", id, gone, slug);
        return gone;
    }

    /// <summary>A token of somebody's that may what they may.</summary>
    private async Task<string> NewTokenAsync(Guid account)
    {
        var secret = $"{HostingPanel.Tokens.TokenService.Marker}{account:N}0123456789a";
        await App.ExecuteAsync(
            "INSERT INTO api_tokens (id, name, prefix, hash, created_at, created_by_name, created_by_id, made_as_staff, is_read_only) "
                + "VALUES (gen_random_uuid(), 'of an operator', 'hpt_', sha256(convert_to($1, 'UTF8')), now(), 'somebody', $2, 'Administrator', false)",
            secret,
            account
        );
        return secret;
    }
}
