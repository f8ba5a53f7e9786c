using System.Net.Http.Json;
using System.Text.Json;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class SiteApiTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task A_new_site_is_accepted_with_its_operation_and_its_address()
    {
        var organisation = await NewOrganisationAsync();
        var request = GoodSite(organisation.Slug) with { Domains = ["www.food-bank.example"] };
        using var http = App.Http(App.Secret);
        using var response = await http.PostAsJsonAsync("/api/v1/sites", request, PanelJson.Options, Cancellation);

        Assert.Equal(202, (int)response.StatusCode);
        var body = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation))!;
        var operation = body.GetProperty("operation");
        Assert.Equal($"/api/v1/operations/{operation.GetProperty("id").GetString()}", response.Headers.Location?.OriginalString);
        Assert.Equal("queued", operation.GetProperty("state").GetString());
        Assert.Equal("provision-site", operation.GetProperty("kind").GetString());
        Assert.Equal(0, operation.GetProperty("steps").GetArrayLength());
        var site = body.GetProperty("site");
        Assert.Equal("new", site.GetProperty("state").GetString());
        Assert.Equal("live", site.GetProperty("environment").GetString());
        Assert.Equal("http://www.food-bank.example", site.GetProperty("url").GetString());
        Assert.Equal(["www.food-bank.example", $"{request.Slug}.localhost"], Texts(site.GetProperty("domains")));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_site_shows_its_services_and_volumes()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var services = (await Api.Sites.ListServicesAsync(slug, Cancellation)).Items;
        Assert.Equal(["web", "db"], services.Select(service => service.Name));
        Assert.Equal([true, false], services.Select(service => service.Front));
        Assert.Equal($"hp-{slug}-web", services[0].EngineName);

        // What each may use is the recipe's and the plan's; what it runs with is what was read back of it.
        Assert.Equal((new ServiceLimits(1, 512L << 20, 200), null), (services[0].Limits, services[0].RunsWith));
        await App.ExecuteAsync(
            "UPDATE site_services SET observed_nano_cpus = 1500000000, observed_memory_bytes = 536870912, observed_pids = 0 "
                + "WHERE name = 'web' AND site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        services = (await Api.Sites.ListServicesAsync(slug, Cancellation)).Items;
        Assert.Equal(new ServiceLimits(1.5m, 512L << 20, 0), services[0].RunsWith);

        var volumes = (await Api.Sites.ListVolumesAsync(slug, Cancellation)).Items;
        Assert.Contains(volumes, volume => volume.Kind == VolumeKind.Database && volume.MountedBy.Count == 1);
        Assert.Equal(volumes.Count, volumes.Select(volume => volume.EngineName).Distinct().Count());
    }

    [Fact]
    public async Task Title_and_address_of_the_administrator_change_and_nothing_else_can()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var changed = await Api.Sites.UpdateAsync(slug, new UpdateSiteRequest("Soup Kitchen", "new@example.org"), Cancellation);
        Assert.Equal(("Soup Kitchen", "new@example.org"), (changed.Title, changed.AdminEmail));

        using var http = App.Http(App.Secret);
        using var response = await http.PatchAsJsonAsync($"/api/v1/sites/{slug}", new { state = "running" }, Cancellation);
        var problem = await ProblemAsync(response);
        Assert.Equal((400, "invalid-request", "state"), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Path));
        Assert.Contains("title, adminEmail", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_goes_through_its_life_and_each_action_fits_only_its_state()
    {
        var made = await NewSiteAsync();
        var slug = made.Site!.Slug;
        var busy = await RefusalAsync(() => Api.Sites.StopAsync(slug, cancellationToken: Cancellation));
        Assert.Equal((409, "site-busy", made.Operation.Id), (busy.Status, busy.Code, busy.OperationId));

        await SettleAsync(made, "Running");
        Assert.Equal("site-is-running", (await RefusalAsync(() => Api.Sites.StartAsync(slug, cancellationToken: Cancellation))).Code);
        Assert.Equal("site-is-not-trashed", (await RefusalAsync(() => Api.Sites.PurgeAsync(slug, cancellationToken: Cancellation))).Code);
        await SettleAsync(await Api.Sites.RestartAsync(slug, cancellationToken: Cancellation), "Running");
        await SettleAsync(await Api.Sites.StopAsync(slug, cancellationToken: Cancellation), "Stopped");
        await SettleAsync(await Api.Sites.StartAsync(slug, cancellationToken: Cancellation), "Running");
        await SettleAsync(await Api.Sites.DeleteAsync(slug, cancellationToken: Cancellation), "Trashed");
        Assert.Equal("site-is-trashed", (await RefusalAsync(() => Api.Sites.StartAsync(slug, cancellationToken: Cancellation))).Code);
        await SettleAsync(await Api.Sites.UntrashAsync(slug, cancellationToken: Cancellation), "Running");
        await SettleAsync(await Api.Sites.DeleteAsync(slug, cancellationToken: Cancellation), "Trashed");
        var purge = await Api.Sites.PurgeAsync(slug, cancellationToken: Cancellation);
        Assert.Equal("purge-site", purge.Operation.Kind);
        Assert.Null(purge.Site);
    }

    [Fact]
    public async Task Lists_filter_by_organisation_text_and_trash_and_page()
    {
        var organisation = await NewOrganisationAsync();
        var slugs = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var accepted = await Api.Sites.CreateAsync(GoodSite(organisation.Slug), cancellationToken: Cancellation);
            await SettleAsync(accepted, i == 0 ? "Trashed" : "Running");
            slugs.Add(accepted.Site!.Slug);
        }

        async Task<IEnumerable<string>> ListAsync(string? search = null, bool? trashed = null) =>
            (await Api.Sites.ListAsync(organisation.Slug, search, trashed, cancellationToken: Cancellation)).Items.Select(site =>
                site.Slug
            );

        Assert.Equal(slugs.Order(StringComparer.Ordinal), (await ListAsync()).Order(StringComparer.Ordinal));
        Assert.Equal([slugs[0]], await ListAsync(trashed: true));
        Assert.Equal([slugs[1]], await ListAsync(search: slugs[1]));
        Assert.Empty(await ListAsync(search: "%"));

        var first = await Api.Sites.ListAsync(organisation.Slug, limit: 2, cancellationToken: Cancellation);
        var rest = await Api.Sites.ListAsync(organisation.Slug, limit: 2, cursor: first.NextCursor, cancellationToken: Cancellation);
        Assert.Equal((2, 1, null), (first.Items.Count, rest.Items.Count, rest.NextCursor));
    }

    [Fact]
    public async Task The_administrators_link_is_shown_for_one_site_while_it_works_and_never_in_a_list()
    {
        var site = (await NewSiteAsync()).Site!;
        await App.ExecuteAsync(
            "UPDATE sites SET admin_link = 'http://x/?key=canary', admin_link_expires_at = now() + interval '1 hour' WHERE slug = $1",
            site.Slug
        );
        Assert.Equal("http://x/?key=canary", (await Api.Sites.GetAsync(site.Slug, Cancellation)).AdminLink);
        Assert.Null((await Api.Sites.ListAsync(site.Organisation, cancellationToken: Cancellation)).Items[0].AdminLink);

        await App.ExecuteAsync("UPDATE sites SET admin_link_expires_at = now() - interval '1 second' WHERE slug = $1", site.Slug);
        Assert.Null((await Api.Sites.GetAsync(site.Slug, Cancellation)).AdminLink);
    }

    [Fact]
    public async Task A_site_that_is_not_there_is_not_found_whatever_is_asked_of_it()
    {
        Func<Task>[] calls =
        [
            () => Api.Sites.GetAsync("nobody", Cancellation),
            () => Api.Sites.UpdateAsync("nobody", new UpdateSiteRequest("Title"), Cancellation),
            () => Api.Sites.DeleteAsync("nobody", cancellationToken: Cancellation),
            () => Api.Sites.StartAsync("nobody", cancellationToken: Cancellation),
            () => Api.Sites.PurgeAsync("nobody", cancellationToken: Cancellation),
            () => Api.Sites.ListServicesAsync("nobody", Cancellation),
            () => Api.Sites.ListVolumesAsync("nobody", Cancellation),
            () => Api.Sites.ListLogsAsync("nobody", cancellationToken: Cancellation),
        ];
        foreach (var call in calls)
        {
            var refusal = await RefusalAsync(call);
            Assert.Equal((404, "site-not-found"), (refusal.Status, refusal.Code));
        }
    }

    [Fact]
    public async Task The_blueprints_say_whether_they_need_an_archive()
    {
        var blueprints = (await Api.ListBlueprintsAsync(Cancellation)).Items.ToDictionary(blueprint => blueprint.Name);
        Assert.False(blueprints["wordpress"].NeedsArchive);
        Assert.True(blueprints["php"].NeedsArchive);
        Assert.All(blueprints.Values, blueprint => Assert.NotEmpty(blueprint.Summary));
    }

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(item => item.GetString());
}
