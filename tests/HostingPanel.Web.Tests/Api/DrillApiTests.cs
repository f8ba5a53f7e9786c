using System.Net;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>Drills of restore points: what is refused, and what is told of them.</summary>
public sealed class DrillApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task A_drill_is_accepted_once_and_makes_no_site_that_anybody_sees_or_pays_for()
    {
        var slug = await RunningSiteAsync();
        var site = await Api.Sites.GetAsync(slug, Cancellation);
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var accepted = await Api.Drills.DrillAsync(slug, id, idempotencyKey: "drill-key", cancellationToken: Cancellation);
        Assert.Equal(
            ("drill-restore-point", "Drill restore point", slug),
            (accepted.Operation.Kind, accepted.Operation.Title, accepted.Operation.Target)
        );
        Assert.Equal(
            accepted.Operation.Id,
            (await Api.Drills.DrillAsync(slug, id, idempotencyKey: "drill-key", cancellationToken: Cancellation)).Operation.Id
        );
        var drill = Assert.Single((await Api.Drills.ListAsync(slug, cancellationToken: Cancellation)).Items);
        Assert.Equal(
            (accepted.Operation.Id, id, slug, "local", RestoreDrillReason.Manual, null, null),
            (drill.Id, drill.RestorePoint, drill.Site, drill.Target, drill.Reason, drill.Verdict, drill.RecoverySeconds)
        );
        Assert.Equal(accepted.Operation.Id, (await Api.Drills.GetRecoveryAsync(slug, Cancellation)).RunningDrill);

        Assert.DoesNotContain(
            (await Api.Sites.ListAsync(limit: 200, cancellationToken: Cancellation)).Items,
            other => other.Environment == SiteEnvironment.Drill
        );
        Assert.Equal(1, (await Api.Organisations.GetAsync(site.Organisation, Cancellation)).Sites);
        Assert.DoesNotContain(
            (await Api.Volumes.ListAsync(limit: 200, cancellationToken: Cancellation)).Items,
            volume => volume.Site.StartsWith("drill-", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            (await Api.Drills.ListRecoveryAsync(Cancellation)).Items,
            other => other.Site.StartsWith("drill-", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task While_one_is_under_way_the_same_restore_point_is_not_drilled_again()
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var first = await Api.Drills.DrillAsync(slug, id, cancellationToken: Cancellation);
        var refusal = await RefusalAsync(() => Api.Drills.DrillAsync(slug, id, cancellationToken: Cancellation));
        Assert.Equal((409, "drill-running", first.Operation.Id), (refusal.Status, refusal.Code, refusal.OperationId));
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Taking")]
    public async Task What_is_not_good_is_not_drilled(string state)
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, state, isReadBack: false);
        var refusal = await RefusalAsync(() => Api.Drills.DrillAsync(slug, id, cancellationToken: Cancellation));
        Assert.Equal((409, "restore-point-not-good"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Neither_restore_points_nor_drills_of_another_site_are_there_and_a_target_must_have_a_copy()
    {
        var (slug, other) = (await RunningSiteAsync(), await RunningSiteAsync());
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var foreign = await RefusalAsync(() => Api.Drills.DrillAsync(other, id, cancellationToken: Cancellation));
        Assert.Equal((404, "restore-point-not-found"), (foreign.Status, foreign.Code));
        Assert.Equal(
            "copy-not-found",
            (await RefusalAsync(() => Api.Drills.DrillAsync(slug, id, new DrillRequest("nowhere"), cancellationToken: Cancellation))).Code
        );
        var accepted = await Api.Drills.DrillAsync(slug, id, cancellationToken: Cancellation);
        var hidden = await RefusalAsync(() => Api.Drills.GetAsync(other, accepted.Operation.Id, Cancellation));
        Assert.Equal((404, "drill-not-found"), (hidden.Status, hidden.Code));
        Assert.Empty((await Api.Drills.ListAsync(other, cancellationToken: Cancellation)).Items);
        Assert.Equal(404, (await RefusalAsync(() => Api.Drills.ListAsync("nobody", cancellationToken: Cancellation))).Status);
        Assert.Equal(404, (await RefusalAsync(() => Api.Drills.GetRecoveryAsync("nobody", Cancellation))).Status);
        Assert.Equal(400, (await RefusalAsync(() => Api.Drills.ListAsync(slug, cursor: "x", cancellationToken: Cancellation))).Status);
    }

    [Fact]
    public async Task Evidence_is_told_as_it_was_found_and_the_page_as_text()
    {
        var slug = await RunningSiteAsync();
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var (failed, passed) = (await AddDrillAsync(id, "Failed", 31), await AddDrillAsync(id, "Passed", 20));
        await AddDrillAsync(id, "Passed", 40);

        var evidence = await Api.Drills.GetAsync(slug, failed, Cancellation);
        Assert.Equal(
            (RestoreDrillVerdict.Failed, "drill-failed", 0, 1),
            (evidence.Drill.Verdict, evidence.Drill.Fault?.Code, evidence.Drill.ChecksPassed, evidence.Drill.ChecksFailed)
        );
        var check = Assert.Single(evidence.Checks);
        Assert.Equal(
            ("rows:main", RestoreDrillOutcome.Failed, 3L, 1L, "posts: 1 rows"),
            (check.Name, check.Outcome, check.Compared, check.Differing, Assert.Single(check.Details))
        );
        Assert.Equal(("load", 4.5), (Assert.Single(evidence.Phases).Name, evidence.Phases[0].Seconds));
        Assert.Equal((200, "<script>alert(1)</script>"), (evidence.PageStatus, evidence.Page));

        var page = await Api.Drills.ListAsync(slug, restorePoint: id, limit: 2, cancellationToken: Cancellation);
        Assert.Equal(2, page.Items.Count);
        var rest = await Api.Drills.ListAsync(slug, limit: 2, cursor: page.NextCursor, cancellationToken: Cancellation);
        Assert.Equal(failed, Assert.Single(rest.Items).Id);
        Assert.Equal(passed, page.Items[1].Id);
        Assert.Empty((await Api.Drills.ListAsync(slug, restorePoint: Guid.CreateVersion7(), cancellationToken: Cancellation)).Items);

        var recovery = await Api.Drills.GetRecoveryAsync(slug, Cancellation);
        Assert.Equal(
            (id, 40.0, 30.0, false),
            (recovery.LastTaken, recovery.LastRecoverySeconds, recovery.TypicalRecoverySeconds, recovery.HasAlert)
        );
        Assert.Equal(RestoreDrillVerdict.Passed, recovery.LastDrill?.Verdict);
        Assert.True(recovery.RecoveryPointAgeSeconds >= 0);
        await AddDrillAsync(id, "Failed", 31);
        await AddDrillAsync(id, "BrokenOff", 0);
        Assert.True((await Api.Drills.GetRecoveryAsync(slug, Cancellation)).HasAlert);
    }

    [Fact]
    public async Task The_picture_of_a_drill_is_a_picture_and_nothing_else_and_who_may_not_read_backups_has_none()
    {
        var (slug, other) = (await RunningSiteAsync(), await RunningSiteAsync());
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var (pictured, blind) = (await AddDrillAsync(id, "Passed", 20), await AddDrillAsync(id, "Passed", 20));
        var file = SamplePicture.Png(padding: 1000);
        await AddPictureAsync(pictured, file);
        await AddPictureCheckAsync(pictured);

        var evidence = await Api.Drills.GetAsync(slug, pictured, Cancellation);
        Assert.Equal(new RestoreDrillPicture("image/png", 1280, 800, file.Length), evidence.Picture);
        var unseen = await Api.Drills.GetAsync(slug, blind, Cancellation);
        Assert.Equal((null, null, null), (unseen.Picture, unseen.PictureGone, evidence.PictureGone));
        using (var answer = await Api.Drills.OpenPictureAsync(slug, pictured, Cancellation))
        {
            Assert.Equal(file, await answer.Content.ReadAsByteArrayAsync(Cancellation));
            IsHarmless(answer);
            Assert.Equal($"{slug}-drill-", answer.Content.Headers.ContentDisposition!.FileName![..(slug.Length + 7)]);
        }

        var none = await RefusalAsync(() => Api.Drills.OpenPictureAsync(slug, blind, Cancellation));
        Assert.Equal((404, "picture-not-found"), (none.Status, none.Code));
        Assert.Equal("drill-not-found", (await RefusalAsync(() => Api.Drills.OpenPictureAsync(other, pictured, Cancellation))).Code);

        // People: a page shows it by the cookie of who reads it.
        var member = await App.NewAccountAsync(role: null);
        foreach (
            var (cookie, status) in new[]
            {
                (await App.NewSessionAsync(), HttpStatusCode.OK),
                (App.CookieOf(member), HttpStatusCode.NotFound),
                (null, HttpStatusCode.Found),
            }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/backups/{slug}/drills/{pictured}/picture");
            request.Headers.Add("Cookie", cookie is null ? [] : [cookie]);
            using var answer = await App.Http().SendAsync(request, Cancellation);
            Assert.Equal(status, answer.StatusCode);
            if (status == HttpStatusCode.OK)
            {
                IsHarmless(answer);
            }
        }

        // It is old, and goes before its drill: then everybody is told so.
        await App.ExecuteAsync("DELETE FROM restore_drill_pictures WHERE drill_id = $1", pictured);
        var removed = await RefusalAsync(() => Api.Drills.OpenPictureAsync(slug, pictured, Cancellation));
        Assert.Equal((404, "picture-removed"), (removed.Status, removed.Code));
        Assert.Contains("kept for 90 days", removed.Problem.Detail, StringComparison.Ordinal);
        evidence = await Api.Drills.GetAsync(slug, pictured, Cancellation);
        Assert.Equal((null, removed.Problem.Detail), (evidence.Picture, evidence.PictureGone));
        using (var request = new HttpRequestMessage(HttpMethod.Get, $"/backups/{slug}/drills/{pictured}/picture"))
        {
            request.Headers.Add("Cookie", await App.NewSessionAsync());
            using var answer = await App.Http().SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal(removed.Problem.Detail, await answer.Content.ReadAsStringAsync(Cancellation));
        }

        // It goes with its drill.
        await AddPictureAsync(pictured, file);
        await App.ExecuteAsync("DELETE FROM restore_drill_checks WHERE drill_id = $1", pictured);
        await App.ExecuteAsync("DELETE FROM restore_drills WHERE id = $1", pictured);
        Assert.Equal(0, await App.ScalarAsync<long>("SELECT count(*) FROM restore_drill_pictures WHERE drill_id = $1", pictured));
    }

    private static void IsHarmless(HttpResponseMessage answer)
    {
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Contains("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl is { NoStore: true, Private: true });
    }

    private async Task<Guid> AddDrillAsync(Guid point, string verdict, double seconds)
    {
        var id = Guid.CreateVersion7();
        await App.ExecuteAsync(
            "INSERT INTO restore_drills (id, restore_point_id, site_id, site_slug, organisation_id, target_name, reason, requested_by_name, created_at, "
                + "started_at, finished_at, verdict, recovery_seconds, phases, fault_code, fault, page_status, page_title, page) "
                + "SELECT $1, id, site_id, site_slug, organisation_id, 'local', 'Plan', 'panel', now(), now(), now(), $2, $3, "
                + """'[{"name":"load","title":"Load","seconds":4.5}]', """
                + "CASE WHEN $2 = 'Passed' THEN NULL ELSE 'drill-failed' END, 'It is wrong.', 200, 'T', '<script>alert(1)</script>' "
                + "FROM restore_points WHERE id = $4",
            id,
            verdict,
            seconds,
            point
        );
        await App.ExecuteAsync(
            "INSERT INTO restore_drill_checks (drill_id, name, title, outcome, text, compared, differing, details, at) "
                + "VALUES ($1, 'rows:main', 'Rows of main', $2, 'Text', 3, 1, '{posts: 1 rows}', now())",
            id,
            verdict == "Passed" ? "Passed" : "Failed"
        );
        return id;
    }
}
