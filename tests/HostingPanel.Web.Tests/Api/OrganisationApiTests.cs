using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class OrganisationApiTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task An_organisation_is_made_read_changed_and_deleted()
    {
        var slug = NewName("org");
        var made = await Api.Organisations.CreateAsync(
            new CreateOrganisationRequest(slug, "  Food Bank "),
            cancellationToken: Cancellation
        );
        Assert.Equal((slug, "Food Bank", "standard", 5, 0), (made.Slug, made.Name, made.Plan, made.MaxSites, made.Sites));

        Assert.Equal(made, await Api.Organisations.GetAsync(slug, Cancellation));
        var changed = await Api.Organisations.UpdateAsync(slug, new UpdateOrganisationRequest(Plan: "small"), Cancellation);
        Assert.Equal(("Food Bank", "small", 1), (changed.Name, changed.Plan, changed.MaxSites));

        await Api.Organisations.DeleteAsync(slug, Cancellation);
        var refusal = await RefusalAsync(() => Api.Organisations.GetAsync(slug, Cancellation));
        Assert.Equal((404, "organisation-not-found"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task A_second_organisation_of_the_same_slug_is_refused()
    {
        var first = await NewOrganisationAsync();
        var refusal = await RefusalAsync(() =>
            Api.Organisations.CreateAsync(new CreateOrganisationRequest(first.Slug, "Another"), cancellationToken: Cancellation)
        );
        Assert.Equal((409, "organisation-exists"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var refusal = await RefusalAsync(() =>
            Api.Organisations.CreateAsync(new CreateOrganisationRequest("Not A Slug", " ", "huge"), cancellationToken: Cancellation)
        );
        Assert.Equal((400, "invalid-request"), (refusal.Status, refusal.Code));
        Assert.Equal(["slug", "name", "plan"], refusal.Errors.Select(error => error.Path));
        Assert.All(refusal.Errors, error => Assert.NotEmpty(error.Message));
    }

    [Fact]
    public async Task An_organisation_with_a_site_is_neither_deleted_nor_shrunk_below_it()
    {
        var organisation = await NewOrganisationAsync("standard");
        for (var i = 0; i < 2; i++)
        {
            await Api.Sites.CreateAsync(GoodSite(organisation.Slug), cancellationToken: Cancellation);
        }

        var kept = await RefusalAsync(() => Api.Organisations.DeleteAsync(organisation.Slug, Cancellation));
        Assert.Equal((409, "organisation-has-sites"), (kept.Status, kept.Code));
        var tooSmall = await RefusalAsync(() =>
            Api.Organisations.UpdateAsync(organisation.Slug, new UpdateOrganisationRequest(Plan: "small"), Cancellation)
        );
        Assert.Equal((409, "plan-too-small"), (tooSmall.Status, tooSmall.Code));
    }

    [Fact]
    public async Task Whether_a_plan_is_too_small_is_counted_by_what_it_gives_itself()
    {
        var organisation = await NewOrganisationAsync("standard");
        await Api.Sites.CreateAsync(GoodSite(organisation.Slug), cancellationToken: Cancellation);
        await App.ExecuteAsync(
            "INSERT INTO plans (name, title, max_sites, max_disk_bytes, max_memory_bytes, max_restore_points, drill_every_days, "
                + "max_service_cpus, max_service_memory_bytes, max_service_pids) SELECT name, name, 9, 1099511627776, 314572800, 9, 30, 1, memory, 200 "
                + "FROM (VALUES ('tight', 104857600), ('loose', 209715200)) AS made (name, memory)"
        );
        try
        {
            // Two services: 200 MB of 300 under the one, 400 of 300 under the other, and a gigabyte under the plan that it has.
            var tooSmall = await RefusalAsync(() =>
                Api.Organisations.UpdateAsync(organisation.Slug, new UpdateOrganisationRequest(Plan: "loose"), Cancellation)
            );
            Assert.Equal((409, "plan-too-small"), (tooSmall.Status, tooSmall.Code));
            Assert.Contains("400 MB of memory", tooSmall.Message, StringComparison.Ordinal);
            var changed = await Api.Organisations.UpdateAsync(
                organisation.Slug,
                new UpdateOrganisationRequest(Plan: "tight"),
                Cancellation
            );
            Assert.Equal(("tight", 200L << 20), (changed.Plan, changed.MemoryBytes));
        }
        finally
        {
            await Api.Organisations.UpdateAsync(organisation.Slug, new UpdateOrganisationRequest(Plan: "standard"), Cancellation);
            await App.ExecuteAsync("DELETE FROM plans WHERE name IN ('tight', 'loose')");
        }
    }

    [Fact]
    public async Task A_list_pages_through_every_organisation_once()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await NewOrganisationAsync()).Slug);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Api.Organisations.ListAsync(limit: 2, cursor, Cancellation);
            Assert.InRange(page.Items.Count, 1, 2);
            seen.AddRange(page.Items.Select(organisation => organisation.Slug));
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Superset(made.ToHashSet(), seen.ToHashSet());
    }

    [Fact]
    public async Task The_plans_are_listed_with_the_smallest_first()
    {
        var plans = await Api.ListPlansAsync(Cancellation);
        Assert.Equal(["small", "standard", "large"], plans.Items.Select(plan => plan.Name));
        Assert.Equal([1m, 2m, 4m], plans.Items.Select(plan => plan.MaxServiceCpus));
        Assert.All(plans.Items, plan => Assert.True(plan.MaxServiceMemoryBytes >= 1L << 30 && plan.MaxServicePids >= 200));
    }
}
