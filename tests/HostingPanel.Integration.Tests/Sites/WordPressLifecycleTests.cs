using System.Net;
using System.Text.Json;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Sites.Login;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>A real WordPress through its whole life, on the real engine and behind the real gateway.</summary>
[Collection(InstallationTests.Name)]
public sealed class WordPressLifecycleTests(TestInstallation installation)
{
    private const string Title = "Food & Friends “{{.Service.Name}}” $HOME 'n' all";

    [Fact(Timeout = 240_000)]
    public async Task A_site_is_provisioned_restarted_stopped_started_trashed_untrashed_and_purged()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var slug = "life";
        var accepted = await installation.Sites.CreateAsync(
            Actor.Panel,
            new CreateSite(slug, "helpers", "wordpress", Title, "admin@example.org", ["www.example.org"]),
            idempotencyKey: null,
            token
        );
        Assert.Null(accepted.Problem);
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, slug, token)).Value;
        await installation.SucceedsAsync(accepted.Value.Operation.Id, token);

        var (status, body) = await installation.VisitAsync("www.example.org", "/", token);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(Title, WebUtility.HtmlDecode(body).Replace('’', '\'').Replace('‘', '\''), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync("nobody.localhost", "/", token)).Status);

        var site = (await installation.Sites.GetAsync(Actor.Panel, slug, token)).Value;
        Assert.Equal(SiteState.Running, site.State);
        Assert.NotNull(site.AdminLink);
        var form = await installation.VisitAsync("www.example.org", new Uri(site.AdminLink).PathAndQuery, token);
        Assert.True(form.Status is HttpStatusCode.OK or HttpStatusCode.Redirect, $"The administrator's link answers {form.Status}.");

        await ALinkLogsInOnceAsync(slug, token);
        await ScheduledPostsComeAsync(slug, id, token);
        await installation.SucceedsAsync(slug, SiteAction.Restart, token);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("www.example.org", "/", token)).Status);

        await installation.SucceedsAsync(slug, SiteAction.Stop, token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await installation.VisitAsync("www.example.org", "/", token)).Status);
        Assert.Empty(await installation.Docker.Containers.ListAsync(all: false, Filters.Label("hp.site", id.ToString()), token));

        await installation.SucceedsAsync(slug, SiteAction.Start, token);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("www.example.org", "/", token)).Status);

        await installation.SucceedsAsync(slug, SiteAction.Trash, token);
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync("www.example.org", "/", token)).Status);
        var kept = await installation.LabelledAsync(id, token);
        Assert.All(kept, thing => Assert.StartsWith("volume", thing, StringComparison.Ordinal));
        Assert.Equal(2, kept.Count);

        await installation.SucceedsAsync(slug, SiteAction.Untrash, token);
        Assert.Contains("Food", (await installation.VisitAsync("www.example.org", "/", token)).Body, StringComparison.Ordinal);

        await installation.PurgeAsync(slug, token);
        Assert.Empty(await installation.LabelledAsync(id, token));
        Assert.Equal("site-not-found", (await installation.Sites.GetAsync(Actor.Panel, slug, token)).Problem?.Code);
    }

    /// <summary>Into the administration without a password, and no user is changed for it: the link of the first day still works.</summary>
    private async Task ALinkLogsInOnceAsync(string slug, CancellationToken token)
    {
        var made = await installation.Get<LoginLinkService>().MakeAsync(Actor.Panel, slug, idempotencyKey: null, token);
        Assert.Null(made.Problem);
        var way = new Uri(made.Value.Link!).PathAndQuery;
        await installation.SucceedsAsync(made.Value.Operation.Id, token);
        var (wrong, _) = await installation.VisitAsync("www.example.org", $"{way[..^1]}{(way[^1] == '0' ? '1' : '0')}", token);
        Assert.Equal(HttpStatusCode.Forbidden, wrong);
        Assert.Equal(HttpStatusCode.Redirect, (await installation.VisitAsync("www.example.org", way, follow: false, token)).Status);
        var (again, body) = await installation.VisitAsync("www.example.org", way, token);
        Assert.Equal(HttpStatusCode.Forbidden, again);
        Assert.Contains("used already", body, StringComparison.Ordinal);
        var link = (await installation.Sites.GetAsync(Actor.Panel, slug, token)).Value.AdminLink!;
        var form = await installation.VisitAsync("www.example.org", new Uri(link).PathAndQuery, token);
        Assert.True(form.Status is HttpStatusCode.OK or HttpStatusCode.Redirect, $"The administrator's link answers {form.Status}.");
    }

    /// <summary>WordPress does nothing of this while it serves pages: the panel has to.</summary>
    private async Task ScheduledPostsComeAsync(string slug, Guid id, CancellationToken token)
    {
        const string news = "News of tomorrow";
        // Scheduled, and then its time has come.
        var schedule = $$"""
            require '/hp/hooks/lib.php';
            hp_load_wordpress();
            $then = gmdate('Y-m-d H:i:s', time() - 60);
            $id = wp_insert_post(['post_title' => '{{news}}', 'post_content' => 'x', 'post_status' => 'future', 'post_date' => gmdate('Y-m-d H:i:s', time() + 7200)]);
            wp_clear_scheduled_hook('publish_future_post', [$id]);
            $GLOBALS['wpdb']->update($GLOBALS['wpdb']->posts, ['post_date' => $then, 'post_date_gmt' => $then], ['ID' => $id]);
            wp_schedule_single_event(time() - 1, 'publish_future_post', [$id]);
            """;
        var hooks = (await installation.Get<SiteStore>().LoadAsync(id, null, token)).Blueprint.Hooks;
        await installation.RunHookAsync(
            id,
            hooks.Status! with
            {
                Command = hooks.Status.Command with { Arguments = ["php", "-r", schedule] },
            },
            token
        );
        Assert.DoesNotContain(news, (await installation.VisitAsync("www.example.org", "/", token)).Body, StringComparison.Ordinal);
        var (_, said) = await installation.LetCronComeAsync(id, slug, "wp-cron", token);
        Assert.Contains("""{"event":"publish_future_post"}""", said);
        Assert.Contains(news, (await installation.VisitAsync("www.example.org", "/", token)).Body, StringComparison.Ordinal);
        var status = await installation.RunHookAsync(id, hooks.Status, token);
        using var told = JsonDocument.Parse(status.Output[^1]);
        Assert.NotNull(told.RootElement.GetProperty("lastCron").GetString());
    }

    [Fact(Timeout = 240_000)]
    public async Task A_worker_that_stops_in_the_middle_leaves_its_work_to_the_next_one()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var operationId = await installation.CreateSiteAsync("resumed", token);
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, "resumed", token)).Value;
        await foreach (var view in installation.Get<OperationService>().WatchAsync(Actor.Panel, operationId, token))
        {
            if (view.Steps.Any(step => step is { Name: "start-db", State: StepState.Running }))
            {
                break;
            }
        }

        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
        await installation.SucceedsAsync(operationId, token);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("resumed.localhost", "/", token)).Status);
        await installation.PurgeAsync("resumed", token);
        Assert.Empty(await installation.LabelledAsync(id, token));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_site_whose_image_is_missing_fails_with_the_mend_and_leaves_nothing_behind()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync(settings => settings["Images:wordpress"] = "hostingpanel/wordpress:never-built");
        var operationId = await installation.CreateSiteAsync("imageless", token);
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, "imageless", token)).Value;
        var operation = await installation.FinishAsync(operationId, token);
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Equal("image-missing", operation.ErrorCode);
        Assert.Contains("./panel up", operation.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(await installation.LabelledAsync(id, token));
        Assert.Equal(SiteState.Failed, (await installation.Sites.GetAsync(Actor.Panel, "imageless", token)).Value.State);
        await installation.PurgeAsync("imageless", token);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_cancelled_provisioning_is_taken_back()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var operationId = await installation.CreateSiteAsync("cancelled", token);
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, "cancelled", token)).Value;
        var operations = installation.Get<OperationService>();
        await foreach (var view in operations.WatchAsync(Actor.Panel, operationId, token))
        {
            if (view.Steps.Any(step => step is { Name: "volumes", State: StepState.Done }))
            {
                break;
            }
        }

        Assert.Null((await operations.CancelAsync(Actor.Panel, operationId, idempotencyKey: null, token)).Problem);
        var operation = await installation.FinishAsync(operationId, token);
        Assert.Equal(OperationState.Cancelled, operation.State);
        Assert.Empty(await installation.LabelledAsync(id, token));
        await installation.PurgeAsync("cancelled", token);
    }
}
