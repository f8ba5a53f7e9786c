using System.Net;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Operations;
using HostingPanel.Sites;

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
        await SucceedsAsync(accepted.Value.Operation.Id, token);

        var (status, body) = await installation.VisitAsync("www.example.org", "/", token);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(Title, WebUtility.HtmlDecode(body).Replace('’', '\'').Replace('‘', '\''), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync("nobody.localhost", "/", token)).Status);

        var site = (await installation.Sites.GetAsync(Actor.Panel, slug, token)).Value;
        Assert.Equal(SiteState.Running, site.State);
        Assert.NotNull(site.AdminLink);
        var form = await installation.VisitAsync("www.example.org", new Uri(site.AdminLink).PathAndQuery, token);
        Assert.True(form.Status is HttpStatusCode.OK or HttpStatusCode.Redirect, $"The administrator's link answers {form.Status}.");

        await DoAsync(slug, SiteAction.Restart, token);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("www.example.org", "/", token)).Status);

        await DoAsync(slug, SiteAction.Stop, token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await installation.VisitAsync("www.example.org", "/", token)).Status);
        Assert.Empty(await installation.Docker.Containers.ListAsync(all: false, Filters.Label("hp.site", id.ToString()), token));

        await DoAsync(slug, SiteAction.Start, token);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("www.example.org", "/", token)).Status);

        await DoAsync(slug, SiteAction.Trash, token);
        Assert.Equal(HttpStatusCode.NotFound, (await installation.VisitAsync("www.example.org", "/", token)).Status);
        var kept = await installation.LabelledAsync(id, token);
        Assert.All(kept, thing => Assert.StartsWith("volume", thing, StringComparison.Ordinal));
        Assert.Equal(2, kept.Count);

        await DoAsync(slug, SiteAction.Untrash, token);
        Assert.Contains("Food", (await installation.VisitAsync("www.example.org", "/", token)).Body, StringComparison.Ordinal);

        await DoAsync(slug, SiteAction.Trash, token);
        await DoAsync(slug, SiteAction.Purge, token);
        Assert.Empty(await installation.LabelledAsync(id, token));
        Assert.Equal("site-not-found", (await installation.Sites.GetAsync(Actor.Panel, slug, token)).Problem?.Code);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_worker_that_stops_in_the_middle_leaves_its_work_to_the_next_one()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var accepted = await installation.Sites.CreateAsync(
            Actor.Panel,
            new CreateSite("resumed", "helpers", "wordpress", "Resumed", "admin@example.org"),
            idempotencyKey: null,
            token
        );
        var operationId = accepted.Value.Operation.Id;
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, accepted.Value.Site.Slug, token)).Value;
        await foreach (var view in installation.Get<OperationService>().WatchAsync(Actor.Panel, operationId, token))
        {
            if (view.Steps.Any(step => step is { Name: "start-db", State: StepState.Running }))
            {
                break;
            }
        }

        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
        await SucceedsAsync(operationId, token);
        Assert.Equal(HttpStatusCode.OK, (await installation.VisitAsync("resumed.localhost", "/", token)).Status);
        await DoAsync("resumed", SiteAction.Trash, token);
        await DoAsync("resumed", SiteAction.Purge, token);
        Assert.Empty(await installation.LabelledAsync(id, token));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_site_whose_image_is_missing_fails_with_the_mend_and_leaves_nothing_behind()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync(settings => settings["Images:wordpress"] = "hostingpanel/wordpress:never-built");
        var accepted = await installation.Sites.CreateAsync(
            Actor.Panel,
            new CreateSite("imageless", "helpers", "wordpress", "Imageless", "admin@example.org"),
            idempotencyKey: null,
            token
        );
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, "imageless", token)).Value;
        var operation = await installation.FinishAsync(accepted.Value.Operation.Id, token);
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Equal("image-missing", operation.ErrorCode);
        Assert.Contains("./panel up", operation.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(await installation.LabelledAsync(id, token));
        Assert.Equal(SiteState.Failed, (await installation.Sites.GetAsync(Actor.Panel, "imageless", token)).Value.State);
        await DoAsync("imageless", SiteAction.Trash, token);
        await DoAsync("imageless", SiteAction.Purge, token);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_cancelled_provisioning_is_taken_back()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var accepted = await installation.Sites.CreateAsync(
            Actor.Panel,
            new CreateSite("cancelled", "helpers", "wordpress", "Cancelled", "admin@example.org"),
            idempotencyKey: null,
            token
        );
        var operationId = accepted.Value.Operation.Id;
        var id = (await installation.Sites.FindIdAsync(Actor.Panel, accepted.Value.Site.Slug, token)).Value;
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
        await DoAsync("cancelled", SiteAction.Trash, token);
        await DoAsync("cancelled", SiteAction.Purge, token);
    }

    private async Task DoAsync(string slug, SiteAction action, CancellationToken token)
    {
        var operation = await installation.DoAsync(slug, action, token);
        Assert.True(operation.State == OperationState.Succeeded, $"{action}: {operation.ErrorMessage}");
    }

    private async Task SucceedsAsync(Guid operationId, CancellationToken token)
    {
        var operation = await installation.FinishAsync(operationId, token);
        Assert.True(operation.State == OperationState.Succeeded, $"{operation.Title}: {operation.ErrorMessage}");
    }
}
