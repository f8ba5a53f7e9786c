using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HostingPanel.Cli;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class CronApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task The_tasks_of_a_site_are_its_blueprint_s_with_what_the_worker_has_written_down_of_them()
    {
        var slug = await RunningSiteAsync();
        var before = Assert.Single((await Api.Sites.ListCronAsync(slug, Cancellation)).Items);
        Assert.Equal(
            ("wp-cron", "H/5 * * * *", "every 5 minutes", "php /hp/hooks/cron.php", "web", 600d),
            (before.Name, before.Schedule, before.Words, before.Command, before.Service, before.TimeoutSeconds)
        );
        Assert.Equal(
            (null, null, 0, false, null),
            (before.Last, before.Paused, before.Failures, before.BackingOff, before.ActiveOperation)
        );
        Assert.InRange(before.NextAt!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(6));

        await StoreAsync(slug, "Failed", failures: 4);
        var after = Assert.Single((await Api.Sites.ListCronAsync(slug, Cancellation)).Items);
        Assert.Equal((CronResult.Failed, 3, "It broke."), (after.Last!.Result, after.Last.ExitCode, after.Last.Error));
        // Its operation is forgotten: an address would lead nowhere.
        Assert.Null(after.Last.Operation);
        Assert.Equal((4, true), (after.Failures, after.BackingOff));

        using var http = App.Http(App.Secret);
        var body = await http.GetFromJsonAsync<JsonElement>($"/api/v1/sites/{slug}/cron", Cancellation);
        Assert.Equal("failed", body.GetProperty("items")[0].GetProperty("last").GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_run_is_accepted_once_and_is_among_the_operations_only_when_it_is_asked_for()
    {
        var slug = await RunningSiteAsync();
        var accepted = await Api.Sites.RunCronAsync(slug, "wp-cron", "cron-key", Cancellation);
        Assert.Equal(("run-cron", $"{slug}/wp-cron"), (accepted.Operation.Kind, accepted.Operation.Target));
        Assert.Equal(accepted.Operation.Id, (await Api.Sites.RunCronAsync(slug, "wp-cron", "cron-key", Cancellation)).Operation.Id);
        var refusal = await RefusalAsync(() => Api.Sites.RunCronAsync(slug, "wp-cron", cancellationToken: Cancellation));
        Assert.Equal((409, "cron-runs", accepted.Operation.Id), (refusal.Status, refusal.Code, refusal.OperationId));
        Assert.Equal(accepted.Operation.Id, (await Api.Sites.ListCronAsync(slug, Cancellation)).Items[0].ActiveOperation);

        Assert.DoesNotContain((await Api.Operations.ListAsync(slug, cancellationToken: Cancellation)).Items, one => one.Kind == "run-cron");
        var asked = await Api.Operations.ListAsync(slug, kind: "run-cron", cancellationToken: Cancellation);
        Assert.Equal(accepted.Operation.Id, Assert.Single(asked.Items).Id);
        // It is nothing that the site would be busy with.
        Assert.Null((await Api.Sites.GetAsync(slug, Cancellation)).ActiveOperation);
        Assert.Equal("stop-site", (await Api.Sites.StopAsync(slug, cancellationToken: Cancellation)).Operation.Kind);
    }

    [Theory]
    [InlineData("Stopped", "site-is-stopped")]
    [InlineData("Trashed", "site-is-trashed")]
    [InlineData("Failed", "site-is-failed")]
    [InlineData("New", "site-is-new")]
    public async Task A_site_that_does_not_run_runs_no_tasks_and_the_reason_is_told(string state, string code)
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, state);
        var slug = made.Site!.Slug;
        var refusal = await RefusalAsync(() => Api.Sites.RunCronAsync(slug, "wp-cron", cancellationToken: Cancellation));
        Assert.Equal((409, code), (refusal.Status, refusal.Code));
        var entry = Assert.Single((await Api.Sites.ListCronAsync(slug, Cancellation)).Items);
        Assert.Null(entry.NextAt);
        Assert.NotNull(entry.Paused);
    }

    [Fact]
    public async Task A_copy_runs_no_tasks_and_one_that_is_being_changed_not_now()
    {
        var slug = await RunningSiteAsync();
        await App.ExecuteAsync("UPDATE sites SET environment = 'Staging' WHERE slug = $1", slug);
        var copy = await RefusalAsync(() => Api.Sites.RunCronAsync(slug, "wp-cron", cancellationToken: Cancellation));
        Assert.Equal((409, "site-is-a-copy"), (copy.Status, copy.Code));
        var made = await NewSiteAsync();
        var busy = await RefusalAsync(() => Api.Sites.RunCronAsync(made.Site!.Slug, "wp-cron", cancellationToken: Cancellation));
        Assert.Equal(("site-busy", made.Operation.Id), (busy.Code, busy.OperationId));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("WP-CRON")]
    [InlineData("wp-cron;id")]
    [InlineData("$(id)")]
    [InlineData("--help")]
    [InlineData("wp-cron\u202e")]
    public async Task A_task_that_there_is_not_is_not_found(string name)
    {
        var slug = await RunningSiteAsync();
        var refusal = await RefusalAsync(() => Api.Sites.RunCronAsync(slug, name, cancellationToken: Cancellation));
        Assert.Equal(404, refusal.Status);
        Assert.Equal(
            0L,
            await App.ScalarAsync<long>("SELECT count(*) FROM operations WHERE kind = 'run-cron' AND target LIKE $1", $"{slug}/%")
        );
    }

    [Fact]
    public async Task The_tasks_of_a_site_are_switched_off_and_on_and_a_site_restored_beside_its_original_begins_without_them()
    {
        var slug = await RunningSiteAsync();
        Assert.Equal(0, await RunAsync(TextWriter.Null, "sites", "cron", slug, "--off"));
        var off = Assert.Single((await Api.Sites.ListCronAsync(slug, Cancellation)).Items);
        Assert.Equal((true, null), (off.SwitchedOff, off.NextAt));
        Assert.Contains("switched off", off.Paused, StringComparison.Ordinal);
        // By hand they still run.
        await Api.Sites.RunCronAsync(slug, "wp-cron", cancellationToken: Cancellation);
        Assert.Equal(0, await RunAsync(TextWriter.Null, "sites", "cron", slug, "--on"));
        Assert.False((await Api.Sites.ListCronAsync(slug, Cancellation)).Items[0].SwitchedOff);
        Assert.Equal(2, await RunAsync(TextWriter.Null, "sites", "cron", slug, "--on", "--off"));

        var point = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var beside = NewName("beside");
        await Api.Backups.RestoreAsync(slug, point, new RestoreRequest("new-site", beside), cancellationToken: Cancellation);
        Assert.True((await Api.Sites.ListCronAsync(beside, Cancellation)).Items[0].SwitchedOff);
    }

    [Fact]
    public async Task A_site_or_a_kind_of_operation_that_there_is_not_is_refused()
    {
        Assert.Equal("site-not-found", (await RefusalAsync(() => Api.Sites.ListCronAsync("nobody", Cancellation))).Code);
        Assert.Equal(
            "site-not-found",
            (await RefusalAsync(() => Api.Sites.RunCronAsync("nobody", "wp-cron", cancellationToken: Cancellation))).Code
        );
        var kind = await RefusalAsync(() => Api.Operations.ListAsync(kind: "cron'--", cancellationToken: Cancellation));
        Assert.Equal((400, "invalid-request", "kind"), (kind.Status, kind.Code, kind.Errors[0].Path));
        using var http = App.Http(App.Secret);
        using var keyless = await http.PostAsync(new Uri("/api/v1/sites/x/cron//run", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, keyless.StatusCode);
    }

    [Fact]
    public async Task Hp_shows_the_tasks_and_runs_one()
    {
        var slug = await RunningSiteAsync();
        await StoreAsync(slug, "Failed", failures: 1);
        using var output = new StringWriter();
        Assert.Equal(0, await RunAsync(output, "sites", "cron", slug));
        var row = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Contains("H/5 * * * * (every 5 minutes)", row, StringComparison.Ordinal);
        Assert.Contains("failed (3)", row, StringComparison.Ordinal);
        output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(output, "sites", "run-cron", slug, "wp-cron"));
        Assert.Contains($"Scheduled task {slug}/wp-cron", output.ToString(), StringComparison.Ordinal);
        output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(output, "operations", "list", "--site", slug, "--kind", "run-cron"));
        Assert.Contains("Scheduled task", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync(output, "sites", "run-cron", slug, "nothing"));
    }

    /// <summary>Writes a run down, as the worker does.</summary>
    private Task StoreAsync(string slug, string result, int failures) =>
        App.ExecuteAsync(
            "INSERT INTO cron_entries (site_id, name, schedule, due_at, operation_id, started_at, finished_at, result, exit_code, error, failures) "
                + "SELECT id, 'wp-cron', 'H/5 * * * *', now() + interval '3 minutes', gen_random_uuid(), now() - interval '2 seconds', now(), $1, 3, 'It broke.', $2 "
                + "FROM sites WHERE slug = $3",
            result,
            failures,
            slug
        );

    private Task<int> RunAsync(TextWriter output, params string[] args)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HP_SERVER"] = PanelApp.Address.ToString(),
            ["HP_TOKEN"] = App.Secret,
        };
        var surroundings = new Surroundings(output, output, variables.GetValueOrDefault, _ => App.Http());
        return HpCommand.RunAsync(args, surroundings, Cancellation);
    }
}
