using System.Net;
using System.Net.Sockets;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>
/// What a site is kept from, in a real HAProxy. Each test has a site of its own by its slug, for what is counted of an address outlives
/// reloads.
/// </summary>
[Collection(GatewayTests.Name)]
public sealed class ShieldTests(GatewayFixture fixture) : IDisposable
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static readonly Route Beta = GatewayFixture.Site("beta");
    private IGateway? _gateway;
    private HttpClient? _client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
        Assert.Equal(200, (await _gateway!.ProbeAsync(site, "/page", Token)).Status);

        var counted = Assert.Single((await fixture.Refusals.ReadAsync(Token))!, count => count.Slug == "pages");
        Assert.Equal((TrafficRefusal.Pages, fixture.Here, 7, 7), (counted.Reason, counted.Address, counted.Total, counted.LastHour));
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
        Assert.Contains((await fixture.Refusals.ReadAsync(Token))!, count => count is { Slug: "banned", Reason: TrafficRefusal.Banned });
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
    public async Task A_short_queue_waits_in_front_of_the_site_and_the_next_is_told_to_come_again()
    {
        var site = await ApplyAsync(
            "queue",
            new SiteTraffic
            {
                MaxConcurrent = 1,
                QueueLength = 2,
                PagesAtOnce = 4,
            }
        );
        fixture.Sites.Gate = new TaskCompletionSource();
        var seen = fixture.Sites.Seen.Count;
        var first = GetAsync(site, "/wait");
        await UntilAsync(() => fixture.Sites.Seen.Count > seen);

        List<Task<HttpResponseMessage>> others = [GetAsync(site, "/wait"), GetAsync(site, "/wait"), GetAsync(site, "/wait")];
        var refused = await Task.WhenAny(others);

        Assert.Equal((503, "busy"), Seen(await refused));
        Assert.NotNull((await refused).Headers.RetryAfter);
        fixture.Sites.Gate.SetResult();
        Assert.All(await Task.WhenAll([first, .. others.Except([refused])]), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(200, await StatusAsync(site, "/page"));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_is_set_and_an_address_has_few_pages_under_way()
    {
        var site = await ApplyAsync(
            "at-once",
            new SiteTraffic
            {
                MaxConcurrent = 1,
                QueueSeconds = 1,
                PagesAtOnce = 4,
            }
        );
        fixture.Sites.Gate = new TaskCompletionSource();
        var seen = fixture.Sites.Seen.Count;
        var first = StatusAsync(site, "/wait");
        await UntilAsync(() => fixture.Sites.Seen.Count > seen);

        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StatusAsync(site, "/page")));

        // Of four more, one is one too many at once; the others give up their place in the queue.
        Assert.Equal([429, 503, 503, 503], others.Order());
        fixture.Sites.Gate.SetResult();
        Assert.Equal(200, await first);
        Assert.Equal(200, await StatusAsync(site, "/page"));
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

    [Fact]
    public async Task Who_says_nothing_is_hung_up_on_and_has_few_connections()
    {
        var site = await ApplyAsync("loris", new SiteTraffic());
        var before = fixture.Sites.Seen.Count;
        var head = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {site}\r\nX-Slow: ");
        var body = Encoding.ASCII.GetBytes($"POST /upload HTTP/1.1\r\nHost: {site}\r\nContent-Length: 1000\r\n\r\nx");
        var started = TimeProvider.System.GetTimestamp();

        var slow = Enumerable.Range(0, 230).Select(index => UntilHungUpAsync(index % 2 == 0 ? head : body)).ToList();
        var ends = await Task.WhenAll(slow);

        Assert.InRange(ends.Count(end => end < TimeSpan.FromSeconds(5)), 30, 60);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(15));
        // Not one of them has had one of the site's workers.
        Assert.Equal(before, fixture.Sites.Seen.Count);
        Assert.Equal(200, await StatusAsync(site, "/"));
    }

    public void Dispose()
    {
        fixture.Sites.Gate.TrySetResult();
        _client?.Dispose();
    }

    private static Route Site(string slug, SiteTraffic traffic) =>
        GatewayFixture.Site("alpha") with
        {
            Slug = slug,
            Hosts = [$"{slug}.gateway.test"],
            Traffic = traffic,
        };

    private static (int Status, string Page) Seen(HttpResponseMessage response) =>
        ((int)response.StatusCode, response.Headers.GetValues("X-HP-Page").Single());

    private async Task<string> ApplyAsync(string slug, SiteTraffic traffic)
    {
        fixture.Require();
        _gateway = fixture.Gateway(countsUs: true);
        await _gateway.ApplyAsync([Site(slug, traffic), Beta], Token);
        _client = fixture.Client(handler => handler.MaxConnectionsPerServer = 20);
        // A gateway that has just started knows the site's address a moment later. Probes are not counted.
        await UntilAsync(async () => (await _gateway.ProbeAsync($"{slug}.gateway.test", "/", Token)).Status == 200);
        return $"{slug}.gateway.test";
    }

    /// <summary>The new process takes over what the old one has counted, milliseconds after it has begun to serve.</summary>
    private async Task ReloadAsync(string slug, SiteTraffic traffic)
    {
        await _gateway!.ApplyAsync([Site(slug, traffic), Beta], Token);
        await UntilAsync(async () => (await fixture.Refusals.ReadAsync(Token))?.Any(count => count.Slug == slug) == true);
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

    private async Task<int> StatusAsync(string host, string path, params (string Name, string Value)[] headers)
    {
        using var response = await GetAsync(host, path, headers);
        return (int)response.StatusCode;
    }

    private async Task<HttpResponseMessage> GetAsync(string host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}{path}");
        foreach (
            var (name, value) in headers.Length == 0 || headers[0].Name != "User-Agent" ? [.. headers, ("User-Agent", Browser)] : headers
        )
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // A kept connection would lead to the process of before a reload.
        request.Headers.ConnectionClose = true;

        return await _client!.SendAsync(request, Token);
    }

    /// <summary>A path as it is, which a client would tidy up.</summary>
    private Task<string> SayAsync(string host, string path) =>
        fixture.SayAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {Browser}\r\nConnection: close\r\n\r\n", Token);

    private async Task<TimeSpan> UntilHungUpAsync(byte[] beginning)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(20));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(fixture.Address), 80, bound.Token);
            await socket.SendAsync(beginning, bound.Token);
            var buffer = new byte[4096];
            // Hung up on, or told 408.
            var received = await socket.ReceiveAsync(buffer, bound.Token);
            Assert.True(
                received == 0 || Encoding.ASCII.GetString(buffer, 0, received).StartsWith("HTTP/1.1 408", StringComparison.Ordinal)
            );
        }
        catch (SocketException)
        {
            // Reset: hung up on, too.
        }

        return TimeProvider.System.GetElapsedTime(started);
    }

    private static Task UntilAsync(Func<bool> done) => UntilAsync(() => Task.FromResult(done()));

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(15));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await done())
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }
}
