using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>Restoring in place over REST: what is told beforehand, what is refused and in which words.</summary>
public sealed class InPlaceApiTests(PanelApp app) : VolumeApiTest(app)
{
    private static readonly RestoreRequest InPlace = new("in-place", Slug: null);

    [Fact]
    public async Task A_restore_in_place_is_accepted_once_for_each_key()
    {
        var (slug, id) = await SiteWithPointAsync();
        var accepted = await Api.Backups.RestoreAsync(slug, id, InPlace, "in-place-key", Cancellation);
        Assert.Equal(
            ("restore-in-place", "Restore in place", slug),
            (accepted.Operation.Kind, accepted.Operation.Title, accepted.Operation.Target)
        );
        Assert.Equal(accepted.Operation.Id, (await Api.Backups.RestoreAsync(slug, id, InPlace, "in-place-key", Cancellation)).Operation.Id);
        var reused = await RefusalAsync(() =>
            Api.Backups.RestoreAsync(slug, id, InPlace with { WithoutSafetyPoint = true }, "in-place-key", Cancellation)
        );
        Assert.Equal("idempotency-key-reused", reused.Code);
        var busy = await RefusalAsync(() => Api.Backups.RestoreAsync(slug, id, InPlace, cancellationToken: Cancellation));
        Assert.Equal((409, "site-busy"), (busy.Status, busy.Code));
        Assert.Equal("site-busy", (await Api.Backups.PlanRestoreAsync(slug, id, cancellationToken: Cancellation)).Refusal?.Code);
    }

    [Theory]
    [InlineData("Stopped", "site-is-stopped", true)]
    [InlineData("Trashed", "site-is-trashed", false)]
    [InlineData("Failed", "site-is-failed", false)]
    public async Task A_site_that_does_not_run_is_restored_without_a_safety_point_or_not_at_all(string state, string code, bool goes)
    {
        var (slug, id) = await SiteWithPointAsync();
        await App.ExecuteAsync("UPDATE sites SET state = $1 WHERE slug = $2", state, slug);
        var refusal = await RefusalAsync(() => Api.Backups.RestoreAsync(slug, id, InPlace, cancellationToken: Cancellation));
        Assert.Equal((409, code), (refusal.Status, refusal.Code));
        Assert.Equal(goes, refusal.Message.Contains("withoutSafetyPoint", StringComparison.Ordinal));
        var plan = await Api.Backups.PlanRestoreAsync(slug, id, withoutSafetyPoint: true, cancellationToken: Cancellation);
        Assert.Equal((false, goes), (plan.TakesSafetyPoint, plan.Refusal is null));
        if (goes)
        {
            var bold = InPlace with { WithoutSafetyPoint = true };
            Assert.NotEqual(Guid.Empty, (await Api.Backups.RestoreAsync(slug, id, bold, cancellationToken: Cancellation)).Operation.Id);
        }
    }

    [Fact]
    public async Task What_can_not_be_restored_is_refused_with_the_mend()
    {
        var slug = await RunningSiteAsync();
        var failed = await AddRestorePointAsync(slug, "Failed", isReadBack: false);
        Assert.Equal("restore-point-not-good", await CodeAsync(slug, failed, InPlace));
        Assert.Equal(
            "restore-point-not-good",
            (await RefusalAsync(() => Api.Backups.PlanRestoreAsync(slug, failed, cancellationToken: Cancellation))).Code
        );
        var good = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        Assert.Equal("copy-not-found", await CodeAsync(slug, good, InPlace with { Target = "nowhere" }));
        Assert.Equal("restore-point-not-found", await CodeAsync(await RunningSiteAsync(), good, InPlace));
        foreach (
            var (request, path) in new (RestoreRequest, string)[]
            {
                (InPlace with { Mode = "in place" }, "mode"),
                (InPlace with { Mode = null }, "mode"),
                (InPlace with { Slug = "another" }, "slug"),
                (new RestoreRequest("new-site", NewName("x"), WithoutSafetyPoint: true), "withoutSafetyPoint"),
            }
        )
        {
            var refusal = await RefusalAsync(() => Api.Backups.RestoreAsync(slug, good, request, cancellationToken: Cancellation));
            Assert.Equal((400, path), (refusal.Status, Assert.Single(refusal.Errors).Path));
        }

        // Its database is on a service that the blueprint does not have any more.
        await App.ExecuteAsync(
            "UPDATE restore_points SET manifest = regexp_replace(manifest, '\"databases\":.*,\"notTransactional\"', $1 || ',\"notTransactional\"') WHERE id = $2",
            Database("elsewhere"),
            good
        );
        Assert.Equal("blueprint-changed", await CodeAsync(slug, good, InPlace));
        await App.ExecuteAsync("DELETE FROM volumes WHERE site_id = (SELECT id FROM sites WHERE slug = $1)", slug);
        await App.ExecuteAsync("UPDATE restore_points SET site_id = gen_random_uuid(), site_slug = 'gone-by' WHERE id = $1", good);
        Assert.Equal("site-gone", await CodeAsync("gone-by", good, InPlace));
    }

    [Fact]
    public async Task The_plan_says_what_is_replaced_stays_and_is_lost_and_how_long_it_took()
    {
        var (slug, id) = await SiteWithPointAsync();
        await AddVolumeAsync(slug, "clone");
        await App.ExecuteAsync(
            "UPDATE volumes SET bytes = 5000, files = 50 WHERE name = 'content' AND site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        var plan = await Api.Backups.PlanRestoreAsync(slug, id, cancellationToken: Cancellation);
        Assert.Equal((id, true, null, null), (plan.RestorePoint, plan.TakesSafetyPoint, plan.Refusal, plan.Took));
        Assert.Equal(
            [("content", 5000L, 50L, 70L, 7L), ("data", null, null, null, null)],
            plan.Volumes.Select(volume => (volume.Name, volume.Bytes, volume.Files, volume.TakenBytes, volume.TakenFiles))
        );
        Assert.Equal(("main", 2, 8L, 30L), plan.Databases.Select(row => (row.Name, row.Tables, row.Rows, row.Bytes)).Single());
        Assert.Contains(plan.Stays, line => line.Contains("clone", StringComparison.Ordinal));
        Assert.Contains(plan.Lost, line => line.Contains("1 Jan 2026", StringComparison.Ordinal));
        Assert.Contains(plan.Steps, line => line.Contains("maintenance page", StringComparison.Ordinal));
        Assert.True(plan.UndoableUntil > TimeProvider.System.GetUtcNow().AddDays(29));

        await App.ExecuteAsync("UPDATE restore_points SET proved_at = now(), proof_seconds = 12 WHERE id = $1", id);
        var took = (await Api.Backups.PlanRestoreAsync(slug, id, cancellationToken: Cancellation)).Took;
        Assert.Equal((12, null, true), (took?.Seconds, took?.AwaySeconds, took?.OfThisPoint));
    }

    [Fact]
    public async Task Only_what_is_in_place_and_whole_is_undone()
    {
        var (slug, id) = await SiteWithPointAsync();
        Assert.Equal("not-restored-in-place", await UndoRefusalAsync(slug, id));
        var old = await AddVolumeAsync(slug, "content-before-0a0a0a0a");
        var first = await AddRestoreAsync(slug, id, old);

        await App.ExecuteAsync("UPDATE volumes SET purge_begun_at = now() WHERE id = $1", old);
        var listed = Assert.Single((await Api.Backups.ListRestoresAsync(slug, cancellationToken: Cancellation)).Items);
        Assert.Equal((first, first, "set-gone"), (listed.Id, listed.SafetyPoint, listed.UndoRefusal?.Code));
        Assert.Equal("set-gone", await UndoRefusalAsync(slug, id));

        await App.ExecuteAsync("UPDATE volumes SET purge_begun_at = NULL WHERE id = $1", old);
        await App.ExecuteAsync("UPDATE sites SET state = 'Trashed' WHERE slug = $1", slug);
        Assert.Equal("site-is-trashed", await UndoRefusalAsync(slug, id));
        await App.ExecuteAsync("UPDATE sites SET state = 'Running' WHERE slug = $1", slug);
        var accepted = await Api.Backups.UndoRestoreAsync(slug, id, "undo-key", Cancellation);
        Assert.Equal(("undo-restore", slug), (accepted.Operation.Kind, accepted.Operation.Target));
        Assert.Equal(accepted.Operation.Id, (await Api.Backups.UndoRestoreAsync(slug, id, "undo-key", Cancellation)).Operation.Id);
        await App.ExecuteAsync("UPDATE operations SET state = 'Succeeded' WHERE id = $1", accepted.Operation.Id);
        await App.ExecuteAsync("UPDATE in_place_restores SET undone_at = now() WHERE id = $1", first);
        Assert.Equal("not-restored-in-place", await UndoRefusalAsync(slug, id));
        Assert.Equal(
            "restore-not-in-place",
            Assert.Single((await Api.Backups.ListRestoresAsync(slug, cancellationToken: Cancellation)).Items).UndoRefusal?.Code
        );
    }

    private async Task<(string Slug, Guid Id)> SiteWithPointAsync()
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await App.ExecuteAsync(
            "UPDATE restore_points SET manifest = replace(replace(regexp_replace(manifest, '\"databases\":.*,\"notTransactional\"', $1 || ',\"notTransactional\"'), '\"copy\"', '\"content\"'), "
                + "'\"standsAlone\":true,\"files\":1,\"bytes\":1', '\"standsAlone\":false,\"files\":7,\"bytes\":70') WHERE id = $2",
            Database("db"),
            id
        );
        return (slug, id);
    }

    private static string Database(string service) =>
        $$$"""
            "databases":[{"name":"main","service":"{{{service}}}","file":"main.sql","bytes":30,"sha256":"00","tables":2,"views":0,"triggers":0,"routines":0,"events":0,"rows":{"users":3,"posts":5}}]
            """;

    private async Task<string> CodeAsync(string slug, Guid id, RestoreRequest request) =>
        (await RefusalAsync(() => Api.Backups.RestoreAsync(slug, id, request, cancellationToken: Cancellation))).Code;

    private async Task<string> UndoRefusalAsync(string slug, Guid id) =>
        (await RefusalAsync(() => Api.Backups.UndoRestoreAsync(slug, id, cancellationToken: Cancellation))).Code;
}
