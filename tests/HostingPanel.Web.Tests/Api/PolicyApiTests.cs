using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class PolicyApiTests(PanelApp app) : VolumeApiTest(app)
{
    private static readonly BackupPolicyRequest Nightly = new(
        Window: new BackupWindow("22:00", "02:00"),
        TimeZone: "Europe/Vienna",
        Targets: ["local"],
        Retention: new Retention(Last: 2, Daily: 7)
    );

    [Fact]
    public async Task A_site_has_the_default_until_it_has_a_policy_of_its_own_and_again_afterwards()
    {
        var slug = await RunningSiteAsync();
        var before = await Api.BackupPolicies.GetAsync(slug, Cancellation);
        Assert.Equal((PolicyScope.Default, true), (before.Scope, before.Enabled));
        Assert.NotNull(before.NextAt);

        var own = await Api.BackupPolicies.SetAsync(slug, Nightly, Cancellation);
        Assert.Equal(
            (PolicyScope.Site, "22:00", "02:00", "Europe/Vienna", new Retention(2, 7)),
            (own.Scope, own.Window?.From, own.Window?.To, own.TimeZone, own.Retention)
        );
        Assert.Equal(["local"], own.Targets);
        Assert.Equal(own.Scope, (await Api.BackupPolicies.SetAsync(slug, Nightly with { Targets = null }, Cancellation)).Scope);
        Assert.Equal(PolicyScope.Default, (await Api.BackupPolicies.ResetAsync(slug, Cancellation)).Scope);
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.BackupPolicies.GetAsync("nobody", Cancellation))).Code);
    }

    [Fact]
    public async Task A_plan_and_the_provider_have_policies_too()
    {
        var plan = await Api.BackupPolicies.SetPlanAsync("small", Nightly with { Cron = "0 4 * * *", Window = null }, Cancellation);
        Assert.Equal((PolicyScope.Plan, "0 4 * * *"), (plan.Scope, plan.Cron));
        Assert.Equal(PolicyScope.Default, (await Api.BackupPolicies.ResetPlanAsync("small", Cancellation)).Scope);
        Assert.Equal("plan-not-found", (await RefusalAsync(() => Api.BackupPolicies.GetPlanAsync("huge", Cancellation))).Code);
        var changed = await Api.BackupPolicies.SetDefaultAsync(Nightly, Cancellation);
        Assert.Equal(changed, await Api.BackupPolicies.GetDefaultAsync(Cancellation) with { Targets = changed.Targets });
        Assert.NotNull(changed.ChangedAt);
    }

    [Fact]
    public async Task Each_thing_that_is_wrong_with_a_policy_is_told_at_its_place_with_the_mend()
    {
        var slug = await RunningSiteAsync();
        await FaultAsync(Nightly with { Window = new BackupWindow("22:00", "22:00") }, "window");
        await FaultAsync(Nightly with { Window = null, Cron = "0 0 30 2 *" }, "cron");
        await FaultAsync(Nightly with { TimeZone = "Europe/Atlantis" }, "timeZone");
        await FaultAsync(Nightly with { Retention = new Retention() }, "retention");
        await FaultAsync(Nightly with { Targets = ["nowhere"] }, "targets[0]");
        await FaultAsync(Nightly with { Enabled = false }, "offReason");

        async Task FaultAsync(BackupPolicyRequest request, string path)
        {
            var refusal = await RefusalAsync(() => Api.BackupPolicies.SetAsync(slug, request, Cancellation));
            Assert.Equal((400, path), (refusal.Status, Assert.Single(refusal.Errors).Path));
        }
    }

    [Fact]
    public async Task What_would_go_is_told_before_it_goes_and_what_is_alone_is_not_deleted()
    {
        var slug = await RunningSiteAsync();
        var first = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await App.ExecuteAsync(
            "UPDATE backup_repositories SET restic_id = 'r' WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        Assert.Equal("last-good-restore-point", (await RefusalAsync(() => DeleteAsync(first, slug))).Code);
        var second = await AddRestorePointAsync(slug, "Good", isReadBack: true);

        var preview = await Api.BackupPolicies.PreviewAsync(slug, new Retention(Last: 1), Cancellation);
        Assert.Equal([(second, false), (first, true)], preview.Items.Select(item => (item.Id, item.Now)));
        Assert.NotEmpty(preview.Items[0].Kept);
        Assert.DoesNotContain((await Api.BackupPolicies.PreviewAsync(slug, new Retention(Last: 2), Cancellation)).Items, item => item.Goes);
        Assert.Equal(400, (await RefusalAsync(() => Api.BackupPolicies.PreviewAsync(slug, new Retention(), Cancellation))).Status);

        Assert.Equal("confirm", Assert.Single((await RefusalAsync(() => DeleteAsync(first, "other"))).Errors).Path);
        var accepted = await DeleteAsync(first, slug);
        Assert.Equal(("delete-restore-point", slug), (accepted.Operation.Kind, accepted.Operation.Target));
        Assert.Equal("restore-point-in-use", (await RefusalAsync(() => DeleteAsync(first, slug))).Code);

        Task<Accepted> DeleteAsync(Guid id, string confirm) => Api.Backups.DeleteAsync(slug, id, confirm, null, Cancellation);
    }

    [Fact]
    public async Task Health_goes_by_the_age_of_the_last_good_one()
    {
        var slug = await RunningSiteAsync();
        await Api.BackupPolicies.SetAsync(slug, Nightly, Cancellation);
        Assert.Equal(BackupHealthState.New, (await Api.Backups.GetHealthAsync(slug, Cancellation)).State);
        var id = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var good = await Api.Backups.GetHealthAsync(slug, Cancellation);
        Assert.Equal((BackupHealthState.Good, id, 1), (good.State, good.LastGoodId, good.Points));
        Assert.Equal(
            ("local", true, false, 1),
            Assert.Single(good.Targets) is var at ? (at.Target, at.IsWanted, at.IsLate, at.Copies) : default
        );
        await App.ExecuteAsync("UPDATE restore_points SET taken_at = now() - interval '3 days' WHERE id = $1", id);

        var overview = await Api.Backups.GetOverviewAsync(Cancellation);
        Assert.False(overview.IsScheduling);
        var late = overview.Items.Single(item => item.Site == slug);
        Assert.Equal((BackupHealthState.Late, true), (late.State, late.Targets[0].IsLate));
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Backups.GetHealthAsync("nobody", Cancellation))).Code);
    }

    [Fact]
    public async Task What_is_kept_is_checked_when_there_is_something()
    {
        var slug = await RunningSiteAsync();
        Assert.Equal("no-repository", (await RefusalAsync(() => CheckAsync(null))).Code);
        await AddRestorePointAsync(slug, "Good", isReadBack: true);
        await App.ExecuteAsync(
            "UPDATE backup_repositories SET restic_id = 'r' WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        Assert.Equal("no-repository", (await RefusalAsync(() => CheckAsync("nowhere"))).Code);
        Assert.Equal("check-repositories", (await CheckAsync("local")).Operation.Kind);
        Assert.Equal("check-asked", (await RefusalAsync(() => CheckAsync(null))).Code);

        Task<Accepted> CheckAsync(string? target) =>
            Api.Backups.CheckAsync(slug, new CheckRequest(target, CheckReading.All), null, Cancellation);
    }
}
