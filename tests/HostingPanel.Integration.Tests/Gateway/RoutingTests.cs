using System.Net;
using HostingPanel.Integration.Tests.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>Who gets a request, and what he sees of it.</summary>
[Collection(GatewayTests.Name)]
public sealed class RoutingTests(GatewayFixture fixture)
{
    private static readonly Route Alpha = GatewayFixture.Site("alpha");
    private static readonly Route Beta = GatewayFixture.Site("beta");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("alpha.gateway.test", "alpha.gateway.test")]
    [InlineData("ALPHA.Gateway.TEST", "alpha.gateway.test")]
    [InlineData("alpha.gateway.test.", "alpha.gateway.test")]
    [InlineData("alpha.gateway.test:8080", "alpha.gateway.test:8080")]
    [InlineData("Alpha.gateway.test.:8080", "alpha.gateway.test:8080")]
    public async Task A_site_is_found_under_every_spelling_of_its_name_and_sees_the_normal_one(string host, string seen)
    {
        await ApplyAsync(Alpha, Beta);

        var answer = await fixture.SayAsync($"GET /spelling HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", Token);

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        var request = fixture.Sites.Seen[^1];
        Assert.Equal(seen, request.Host);
        Assert.Equal(Alpha.GatewayKey, request.Headers["X-HP-Gateway-Key"]);
    }

    [Fact]
    public async Task Each_site_gets_its_own_key_and_the_panel_its_own()
    {
        await ApplyAsync(Alpha, Beta);
        using var client = fixture.Client();

        foreach (
            var (host, key) in new[]
            {
                (Alpha.Hosts[0].Name, Alpha.GatewayKey),
                (Beta.Hosts[0].Name, Beta.GatewayKey),
                (GatewayFixture.PanelHost, GatewayFixture.PanelKey),
            }
        )
        {
            using var response = await client.GetAsync($"http://{host}/key", Token);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(key, fixture.Sites.Seen[^1].Headers["X-HP-Gateway-Key"]);
        }
    }

    [Fact]
    public async Task What_a_visitor_says_about_himself_in_proxies_headers_does_not_arrive()
    {
        await ApplyAsync(Alpha);
        string[] forged =
        [
            "X-Forwarded-For",
            "X-Forwarded-Proto",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Anything",
            "X_Forwarded_For",
            "X_HP_Gateway_Key",
            "X-HP-Gateway-Key",
            "x-hp-internal-key",
            "Forwarded",
            "Proxy",
            "X-Real-IP",
            "X-Client-IP",
            "X-Cluster-Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-Request-Id",
        ];
        var lines = string.Concat(forged.Select(name => $"{name}: forged\r\n"));

        var answer = await fixture.SayAsync(
            $"GET /headers HTTP/1.1\r\nHost: {Alpha.Hosts[0].Name}\r\n{lines}X-Honest: yes\r\nConnection: close\r\n\r\n",
            Token
        );

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        var headers = fixture.Sites.Seen[^1].Headers;
        Assert.DoesNotContain(headers.Values, value => value.Contains("forged", StringComparison.Ordinal));
        Assert.Equal("yes", headers["X-Honest"]);
        Assert.True(IPAddress.TryParse(headers["X-Forwarded-For"], out _), headers["X-Forwarded-For"]);
        Assert.Equal("http", headers["X-Forwarded-Proto"]);
        Assert.True(Guid.TryParse(headers["X-Request-Id"], out _), headers["X-Request-Id"]);
    }

    [Theory]
    [InlineData("nobody.gateway.test", 404, "unknown-host", "There is no site here", false)]
    [InlineData("starting.gateway.test", 503, "starting", "This site is starting", true)]
    [InlineData("stopped.gateway.test", 503, "stopped", null, false)]
    [InlineData("maintained.gateway.test", 503, "maintenance", "This site is being looked after", true)]
    [InlineData("absent.gateway.test", 503, "unavailable", "This site does not answer", true)]
    [InlineData("refusing.gateway.test", 503, "unavailable", "This site does not answer", true)]
    public async Task A_host_that_cannot_be_served_gets_a_page_of_the_gateway(
        string host,
        int status,
        string page,
        string? title,
        bool comeBack
    )
    {
        await ApplyAsync(
            Alpha,
            Alpha with
            {
                Slug = "starting",
                Hosts = ["starting.gateway.test"],
                Mode = RouteMode.Starting,
                GatewayKey = "",
            },
            Alpha with
            {
                Slug = "stopped",
                Hosts = ["stopped.gateway.test"],
                Mode = RouteMode.Stopped,
            },
            Alpha with
            {
                Slug = "maintained",
                Hosts = ["maintained.gateway.test"],
                Mode = RouteMode.Maintenance,
            },
            Alpha with
            {
                Slug = "absent",
                Hosts = ["absent.gateway.test"],
                Upstream = "hpt-absent-web",
            },
            Alpha with
            {
                Slug = "refusing",
                Hosts = ["refusing.gateway.test"],
                Port = 8081,
            }
        );
        using var client = fixture.Client();

        using var response = await client.GetAsync($"http://{host}/", Token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal([page], response.Headers.GetValues("X-HP-Page"));
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal(comeBack, response.Headers.RetryAfter is not null);
        if (title is not null)
        {
            Assert.Contains($"<title>{title}</title>", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_site_that_takes_too_long_gets_the_gateways_page()
    {
        await ApplyAsync(Alpha with { Timeout = TimeSpan.FromSeconds(1) });
        using var client = fixture.Client();

        using var response = await client.GetAsync($"http://{Alpha.Hosts[0].Name}/mute", Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(["unavailable"], response.Headers.GetValues("X-HP-Page"));
    }

    [Fact]
    public async Task A_site_cannot_pass_its_page_off_as_the_gateways()
    {
        await ApplyAsync(Alpha);
        using var client = fixture.Client();

        using var response = await client.GetAsync($"http://{Alpha.Hosts[0].Name}/forged", Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("X-HP-Page"));
    }

    [Fact]
    public async Task A_body_above_the_sites_limit_is_refused_before_the_site_sees_it()
    {
        await ApplyAsync(Alpha);
        using var client = fixture.Client();
        var before = fixture.Sites.Seen.Count;

        using var refused = await client.PostAsync(
            $"http://{Alpha.Hosts[0].Name}/upload",
            new ByteArrayContent(new byte[Alpha.MaxBodyBytes + 1]),
            Token
        );

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal(before, fixture.Sites.Seen.Count);
        using var taken = await client.PostAsync(
            $"http://{Alpha.Hosts[0].Name}/upload",
            new ByteArrayContent(new byte[Alpha.MaxBodyBytes]),
            Token
        );
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Theory]
    [InlineData("www.alpha.gateway.test", "http://alpha.gateway.test/a%20b/?c=d&e")]
    [InlineData("WWW.alpha.gateway.test.", "http://alpha.gateway.test/a%20b/?c=d&e")]
    [InlineData("www.alpha.gateway.test:8081", "http://alpha.gateway.test:8081/a%20b/?c=d&e")]
    public async Task A_name_that_sends_on_keeps_path_query_and_port(string host, string location)
    {
        await ApplyAsync(
            Alpha with
            {
                Hosts = ["alpha.gateway.test", new RouteHost("www.alpha.gateway.test", "alpha.gateway.test"), "*.alpha.gateway.test"],
            }
        );

        var answer = await fixture.SayAsync($"GET /a%20b/?c=d&e HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", Token);

        Assert.StartsWith("HTTP/1.1 301 ", answer, StringComparison.Ordinal);
        Assert.Contains($"location: {location}\r\n", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("any.gateway.test", 200, "alpha")]
    [InlineData("ANY.gateway.test.", 200, "alpha")]
    [InlineData("beta.gateway.test", 200, "beta")]
    [InlineData("two.any.gateway.test", 404, null)]
    [InlineData("gateway.test", 404, null)]
    public async Task A_wildcard_stands_for_names_one_label_below_where_no_exact_one_is(string host, int status, string? site)
    {
        await ApplyAsync(Alpha with { Hosts = ["*.gateway.test"] }, Beta);

        var answer = await fixture.SayAsync($"GET /wild HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", Token);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        if (site is not null)
        {
            Assert.StartsWith($"{site}0key0", fixture.Sites.Seen[^1].Headers["X-HP-Gateway-Key"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Metrics_are_only_for_who_knows_the_panels_key()
    {
        await ApplyAsync(Alpha);
        using var client = fixture.Client();

        using var health = await client.GetAsync($"http://{Alpha.Hosts[0].Name}:8404/healthz", Token);
        using var closed = await client.GetAsync($"http://{Alpha.Hosts[0].Name}:8404/metrics", Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Alpha.Hosts[0].Name}:8404/metrics");
        request.Headers.Add("X-HP-Gateway-Key", GatewayFixture.PanelKey);
        using var open = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, closed.StatusCode);
        Assert.Contains("haproxy_backend_status", await open.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task ApplyAsync(params Route[] routes)
    {
        fixture.Require();
        var gateway = fixture.Gateway();
        await gateway.ApplyAsync(routes, Token);
        // A gateway looks a new site's name up by and by; until then it has nobody to ask.
        foreach (var route in routes.Where(route => route.Slug == Alpha.Slug || route.Slug == Beta.Slug))
        {
            await DockerEngineFixture.EventuallyAsync(
                $"An answer of {route.Slug} through the gateway",
                async asked =>
                    (await gateway.ProbeAsync(route.Hosts[0].Name.Replace('*', 'a'), "/hello", asked)).Status != 503 ? gateway : null,
                Token
            );
        }
    }
}
