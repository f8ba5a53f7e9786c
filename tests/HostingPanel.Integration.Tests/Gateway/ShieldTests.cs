using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>How often an address may ask a site, and what follows when it asks more often, in a real HAProxy.</summary>
[Collection(GatewayTests.Name)]
public sealed partial class ShieldTests(GatewayFixture fixture) : ShieldTest(fixture)
{
    [Fact]
    public async Task An_address_gets_so_many_pages_a_minute_and_its_pictures_and_the_neighbour_go_on()
    {
        var site = await ApplyAsync("pages", new SiteTraffic { PagesPerMinute = 30, MaxConcurrent = 50 });
        Assert.All(await TimesAsync(site, "/page", 30), status => Assert.Equal(200, status));

        using var refused = await GetAsync(site, "/page");

        Assert.Equal((429, "too-many"), Seen(refused));
        Assert.Equal(TimeSpan.FromSeconds(60), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(200, await StatusAsync(site, "/style.css"));
        Assert.Equal(429, await StatusAsync(site, "/style.css/x.php"));
        Assert.Equal(200, await StatusAsync(Beta.Hosts[0].Name, "/page"));

        // What others say about where it comes from changes nothing (ABUSE 14), nor does a reload.
        await ReloadAsync("pages", new SiteTraffic { PagesPerMinute = 30, QueueLength = 9 });
        string[] headers = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "X-HP-Gateway-Key"];
        Assert.All(
            await Task.WhenAll(headers.Select(header => StatusAsync(site, "/page", (header, "192.0.2.1")))),
            status => Assert.Equal(429, status)
        );
        Assert.Equal(200, (await Gateway!.ProbeAsync(site, "/page", Token)).Status);

        var counted = Assert.Single((await Fixture.Refusals.ReadAsync(Token))!, count => count.Slug == "pages");
        Assert.Equal((TrafficRefusal.Pages, Fixture.Here, 7, 7), (counted.Reason, counted.Address, counted.Total, counted.LastHour));
    }

    [Fact]
    public async Task What_is_expensive_has_a_limit_of_its_own_however_its_path_is_written()
    {
        var site = await ApplyAsync("expensive", new SiteTraffic { ExpensivePerMinute = 6, ExpensivePaths = ["/wp-login.php", "?s"] });
        string[] ways = ["/wp-login.php", "//wp-login.php", "/./wp-login.php?a=b", "/%77p-login%2Ephp", "/WP-LOGIN.php/", "/?x=1&s=a"];

        foreach (var way in ways)
        {
            Assert.StartsWith("HTTP/1.1 200", await SayAsync(site, way), StringComparison.Ordinal);
        }

        foreach (var way in ways)
        {
            Assert.StartsWith("HTTP/1.1 429", await SayAsync(site, way), StringComparison.Ordinal);
        }

        Assert.Equal(200, await StatusAsync(site, "/"));
    }

    [Fact]
    public async Task Who_goes_on_though_refused_is_shut_out_and_a_reload_does_not_lift_it()
    {
        var traffic = new SiteTraffic
        {
            PagesPerMinute = 30,
            BanAfter = 10,
            BanMinutes = 5,
        };
        var site = await ApplyAsync("banned", traffic);
        await TimesAsync(site, "/", 30 + 11);

        using var banned = await GetAsync(site, "/style.css");

        Assert.Equal((429, "too-many"), Seen(banned));
        Assert.Equal(TimeSpan.FromMinutes(5), banned.Headers.RetryAfter?.Delta);
        await ReloadAsync("banned", traffic with { QueueLength = 9 });
        Assert.Equal(429, await StatusAsync(site, "/style.css"));
        Assert.Equal(200, await StatusAsync(Beta.Hosts[0].Name, "/"));
        Assert.Contains((await Fixture.Refusals.ReadAsync(Token))!, count => count is { Slug: "banned", Reason: TrafficRefusal.Banned });
    }

    [Fact]
    public async Task Who_is_shut_out_and_floods_gets_no_more_answers()
    {
        var traffic = new SiteTraffic
        {
            PagesPerMinute = 30,
            BanAfter = 10,
            BanMinutes = 5,
        };
        var site = await ApplyAsync("flood", traffic);
        await TimesAsync(site, "/", 30 + 11);
        var answered = 0;
        for (var request = 0; request < 110; request++)
        {
            try
            {
                Assert.Equal(429, await StatusAsync(site, "/"));
                answered++;
            }
            catch (HttpRequestException)
            {
                // Hung up on.
            }
        }

        Assert.InRange(answered, 1, 100);
        Assert.Equal(200, await StatusAsync(Beta.Hosts[0].Name, "/"));
    }

    [Fact]
    public async Task Requests_of_any_kind_have_a_limit_that_ends()
    {
        var site = await ApplyAsync("requests", new SiteTraffic { RequestsPerTenSeconds = 20 });

        Assert.Equal([.. Enumerable.Repeat(200, 20), .. Enumerable.Repeat(429, 5)], await TimesAsync(site, "/a.png", 25));

        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(25));
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await StatusAsync(site, "/a.png") != 200)
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    [Fact]
    public async Task Crawlers_are_let_in_slowed_down_or_refused_by_their_kind()
    {
        var site = await ApplyAsync(
            "crawlers",
            new SiteTraffic
            {
                AiCrawlers = CrawlerPolicy.Refuse,
                OtherCrawlers = CrawlerPolicy.Slow,
                NoAgent = CrawlerPolicy.Slow,
                CrawlerPagesPerMinute = 2,
            }
        );

        Assert.Equal([403, 403, 200], await EachAsync(site, "Mozilla/5.0 (compatible; GPTBot/1.2)", "/", "/a.png", "/robots.txt"));
        Assert.Equal(
            [200, 200, 429, 200],
            await EachAsync(site, "Mozilla/5.0 (compatible; AhrefsBot/7.0)", "/", "/a", "/b", "/robots.txt")
        );
        Assert.Equal([200, 200, 429], await EachAsync(site, "", "/", "/a", "/b"));
        Assert.Equal([200, 200, 200], await EachAsync(site, "Mozilla/5.0 (compatible; Googlebot/2.1)", "/", "/a", "/b"));
        Assert.Equal([200, 200, 200], await EachAsync(site, Browser, "/", "/a", "/b"));
    }

    /// <summary>The new process takes over what the old one has counted, milliseconds after it has begun to serve.</summary>
    private async Task ReloadAsync(string slug, SiteTraffic traffic)
    {
        await UntilAsync(async () => HandsOver().IsMatch(await AskAsync("@1 show peers")));
        await Gateway!.ApplyAsync([Site(slug, traffic), Beta], Token);
        await UntilAsync(async () => (await Fixture.Refusals.ReadAsync(Token))?.Any(count => count.Slug == slug) == true);
    }

    private async Task<IReadOnlyList<int>> TimesAsync(string host, string path, int times)
    {
        var statuses = new int[times];
        for (var index = 0; index < times; index++)
        {
            statuses[index] = await StatusAsync(host, path);
        }

        return statuses;
    }

    private async Task<IReadOnlyList<int>> EachAsync(string host, string agent, params string[] paths)
    {
        var statuses = new int[paths.Length];
        foreach (var (index, path) in paths.Index())
        {
            statuses[index] = await StatusAsync(host, path, ("User-Agent", agent));
        }

        return statuses;
    }

    /// <summary>A path as it is, which a client would tidy up.</summary>
    private Task<string> SayAsync(string host, string path) =>
        Fixture.SayAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {Browser}\r\nConnection: close\r\n\r\n", Token);

    /// <summary>
    /// The two lowest flags: it has learned what there was to learn, or has found nobody to learn from. A gateway that has just started looks for
    /// somebody for five seconds, and a process that is replaced while it does hands nothing over.
    /// </summary>
    [GeneratedRegex("flags=0x[0-9a-f]*[37bf] resync_timeout", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HandsOver();
}
