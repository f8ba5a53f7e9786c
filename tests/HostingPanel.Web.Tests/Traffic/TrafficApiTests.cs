using HostingPanel.Client;
using HostingPanel.Web.Tests.AccessMatrix;

namespace HostingPanel.Web.Tests.Traffic;

/// <summary>What a site's visitors are led to and kept from, over REST.</summary>
public sealed class TrafficApiTests(PanelApp app) : AccessTest(app)
{
    [Fact]
    public async Task What_nobody_has_set_is_as_the_blueprint_says()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;

        var traffic = await Api.Sites.GetTrafficAsync(slug, Cancellation);

        Assert.Empty(traffic.Changed);
        Assert.Contains("/wp-login.php", traffic.Settings.ExpensivePaths!);
        Assert.Equal(
            (false, 8, CrawlerPolicy.Slow),
            (traffic.Settings.RedirectsToHttps, traffic.Settings.MaxConcurrent, traffic.Settings.AiCrawlers)
        );
        Assert.Null(traffic.ChangedAt);
        Assert.Empty(traffic.Refused);
    }

    [Fact]
    public async Task The_whole_is_set_and_what_is_left_out_goes_back_to_the_blueprint()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var request = new TrafficSettings
        {
            Redirects = [new TrafficRedirect("/old/", "/new"), new TrafficRedirect("/away", "https://example.org", false)],
            InMaintenance = true,
            MaintenanceText = " We move. ",
            PagesPerMinute = 100,
            AiCrawlers = CrawlerPolicy.Refuse,
        };

        var set = await Api.Sites.SetTrafficAsync(slug, request, Cancellation);

        Assert.Equal(["redirects", "inMaintenance", "maintenanceText", "pagesPerMinute", "aiCrawlers"], set.Changed);
        Assert.Equal(
            [new TrafficRedirect("/old", "/new"), new TrafficRedirect("/away", "https://example.org", false)],
            set.Settings.Redirects
        );
        Assert.Equal(("We move.", "token “tests”"), (set.Settings.MaintenanceText, set.ChangedBy));
        Assert.Null(set.AppliedAt);
        Assert.Equal(600, set.Defaults.PagesPerMinute);

        // What was shown can be sent back, and changes nothing.
        var again = await Api.Sites.SetTrafficAsync(slug, set.Settings, Cancellation);
        Assert.Equal(set.Changed, again.Changed);
        Assert.Equal(set.ChangedAt, again.ChangedAt);
        var reset = await Api.Sites.SetTrafficAsync(slug, new TrafficSettings(), Cancellation);
        Assert.Empty(reset.Changed);
        Assert.False(reset.Settings.InMaintenance);
        var acts = (
            await Api.Audit.ListAsync(new AuditQuery(Act: "site.set-traffic", Target: slug), cancellationToken: Cancellation)
        ).Items;
        Assert.Equal(2, acts.Count);
        Assert.Contains("pagesPerMinute", acts[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_given_once_kept_as_a_hash_and_shown_never()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        const string Password = "canary-password-7";

        var set = await Api.Sites.SetTrafficAsync(
            slug,
            new TrafficSettings { Login = new TrafficLogin("preview", Password) },
            Cancellation
        );

        Assert.Equal(new TrafficLogin("preview"), set.Settings.Login);
        var stored = await App.ScalarAsync<string>(
            "SELECT settings::text FROM site_traffic WHERE site_id = (SELECT id FROM sites WHERE slug = $1)",
            slug
        );
        Assert.Contains("$6$rounds=", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, stored, StringComparison.Ordinal);

        // The name alone is another; the password stays.
        var renamed = await Api.Sites.SetTrafficAsync(slug, new TrafficSettings { Login = new TrafficLogin("guest") }, Cancellation);
        Assert.Equal("guest", renamed.Settings.Login?.User);
        await Api.Sites.SetTrafficAsync(slug, new TrafficSettings(), Cancellation);
        var refusal = await RefusalAsync(() =>
            Api.Sites.SetTrafficAsync(slug, new TrafficSettings { Login = new TrafficLogin("guest") }, Cancellation)
        );
        Assert.Equal("login.password", Assert.Single(refusal.Errors).Path);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var request = new TrafficSettings
        {
            Redirects = [new TrafficRedirect("/a", "/a"), new TrafficRedirect(null, "javascript:alert(1)")],
            AllowedAddresses = ["127.0.0.1", null!],
            MaintenanceText = "a\u202eb",
            HstsDays = 1,
            PagesPerMinute = 1,
            ExpensivePaths = ["/"],
            Login = new TrafficLogin("two words", "short"),
        };

        var refusal = await RefusalAsync(() => Api.Sites.SetTrafficAsync(slug, request, Cancellation));

        Assert.Equal((400, "invalid-request"), (refusal.Status, refusal.Code));
        Assert.Equal(
            [
                "allowedAddresses[1]",
                "expensivePaths[0]",
                "hstsDays",
                "login.password",
                "login.user",
                "maintenanceText",
                "pagesPerMinute",
                "redirects[0].to",
                "redirects[1].from",
                "redirects[1].to",
            ],
            refusal.Errors.Select(error => error.Path).Order(StringComparer.Ordinal)
        );
        Assert.Empty((await Api.Sites.GetTrafficAsync(slug, Cancellation)).Changed);
    }

    [Fact]
    public async Task Networks_that_lock_people_out_are_refused_with_the_mend()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        var nobodys = await RefusalAsync(() =>
            Api.Sites.SetTrafficAsync(slug, new TrafficSettings { AllowedAddresses = ["127.0.0.0/8"] }, Cancellation)
        );
        Assert.Contains("lock everybody out", Assert.Single(nobodys.Errors).Message, StringComparison.Ordinal);

        var others = new TrafficSettings { AllowedAddresses = ["62.1.2.0/24"] };
        var refusal = await RefusalAsync(() => Api.Sites.SetTrafficAsync(slug, others, Cancellation));
        Assert.Equal((409, "locks-you-out"), (refusal.Status, refusal.Code));

        var meant = await Api.Sites.SetTrafficAsync(slug, others with { EvenForMe = true }, Cancellation);
        Assert.Equal(["62.1.2.0/24"], meant.Settings.AllowedAddresses);
    }

    [Fact]
    public async Task The_sites_own_people_lead_their_visitors_and_the_shield_is_the_providers()
    {
        var world = await NewWorldAsync();
        var (site, owner) = (world.Own.Site, ClientOf(world, Who.Owner));

        var led = await owner.Sites.SetTrafficAsync(
            site,
            new TrafficSettings { InMaintenance = true, NoAgent = CrawlerPolicy.Allow },
            Cancellation
        );
        Assert.Equal(["inMaintenance", "noAgent"], led.Changed);
        var refusal = await RefusalAsync(() => owner.Sites.SetTrafficAsync(site, led.Settings with { PagesPerMinute = 0 }, Cancellation));
        Assert.Equal((403, "not-permitted"), (refusal.Status, refusal.Code));
        Assert.Contains("pagesPerMinute", refusal.Message, StringComparison.Ordinal);

        // What the provider has set stays theirs, whatever an owner leaves out.
        await Api.Sites.SetTrafficAsync(site, new TrafficSettings { PagesPerMinute = 100 }, Cancellation);
        Assert.Equal(403, (await RefusalAsync(() => owner.Sites.SetTrafficAsync(site, new TrafficSettings(), Cancellation))).Status);
    }

    [Fact]
    public async Task What_was_refused_in_the_last_hour_is_told()
    {
        var slug = (await NewSiteAsync()).Site!.Slug;
        await App.ExecuteAsync(
            "INSERT INTO refused_lately (site_id, reason, requests, addresses, counted_at) "
                + "SELECT id, r.reason, r.n, r.a, now() FROM sites, (VALUES ('Pages', 1200, 3), ('Any', 1204, 3), ('Queue', 4, 2)) AS r(reason, n, a) WHERE slug = $1",
            slug
        );
        await App.ExecuteAsync(
            "INSERT INTO refused_hours (site_id, hour, reason, requests, addresses) SELECT id, now() - interval '3 hours', 'Pages', 5000, 9 FROM sites WHERE slug = $1",
            slug
        );

        var traffic = await Api.Sites.GetTrafficAsync(slug, Cancellation);

        Assert.Equal(
            [
                new RefusedRequests(TrafficRefusal.Any, 1204, 3),
                new RefusedRequests(TrafficRefusal.Pages, 1200, 3),
                new RefusedRequests(TrafficRefusal.Queue, 4, 2),
            ],
            traffic.Refused
        );
        Assert.Equal(5000, traffic.RefusedToday);
    }

    private PanelClient ClientOf(AccessWorld world, Who who) => new(App.Http(world.SecretOf(who)));
}
