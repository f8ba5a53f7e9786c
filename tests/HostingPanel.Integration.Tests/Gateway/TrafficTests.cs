using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HostingPanel.Platform;
using HostingPanel.Traffic;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>What visitors of a site are led to: each setting once, in a real HAProxy.</summary>
[Collection(GatewayTests.Name)]
public sealed class TrafficTests(GatewayFixture fixture)
{
    private static readonly Route Beta = GatewayFixture.Site("beta");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redirects_lead_on_with_the_query_and_only_from_their_path()
    {
        using var client = await ApplyAsync(
            new SiteTraffic
            {
                Redirects =
                [
                    new TrafficRedirect("/", "/en/"),
                    new TrafficRedirect("/old%20page", "/new"),
                    new TrafficRedirect("/away", "https://example.org/x?a=1#part", IsPermanent: false),
                ],
            }
        );

        Assert.Equal((301, "/en/"), await LocationAsync(client, "/"));
        Assert.Equal((301, "/new?utm=1&b=%23"), await LocationAsync(client, "/old%20page/?utm=1&b=%23"));
        Assert.Equal((302, "https://example.org/x?a=1#part"), await LocationAsync(client, "/away?lost=1"));
        Assert.Equal((200, null), await LocationAsync(client, "/old%20page/below"));
        Assert.Equal((200, null), await LocationAsync(client, "/en/"));
    }

    [Fact]
    public async Task Http_leads_to_https_and_browsers_are_told_to_come_so()
    {
        using var client = await ApplyAsync(new SiteTraffic { RedirectsToHttps = true, HstsDays = 2 });

        Assert.Equal((301, "https://traffic.gateway.test/page?x=1"), await LocationAsync(client, "/page?x=1"));
        using var secure = await client.GetAsync("https://traffic.gateway.test/page", Token);
        Assert.Equal(HttpStatusCode.OK, secure.StatusCode);
        Assert.Equal(["max-age=172800"], secure.Headers.GetValues("Strict-Transport-Security"));
    }

    [Fact]
    public async Task A_password_keeps_visitors_out_and_stays_with_the_gateway()
    {
        using var client = await ApplyAsync(new SiteTraffic { Login = new TrafficLogin("preview", Sha512Crypt.Make("Lose : sand, 7")) });

        using var without = await client.GetAsync("http://traffic.gateway.test/", Token);
        using var wrong = await LogInAsync(client, "preview:Lose : sand, 8");
        using var right = await LogInAsync(client, "preview:Lose : sand, 7");

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK],
            [without.StatusCode, wrong.StatusCode, right.StatusCode]
        );
        Assert.Equal("Basic", without.Headers.WwwAuthenticate.Single().Scheme);
        Assert.False(fixture.Sites.Seen[^1].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Only_the_networks_on_the_list_may_visit_and_the_panel_may_look()
    {
        var gateway = fixture.Gateway();
        using var client = await ApplyAsync(new SiteTraffic { AllowedAddresses = ["203.0.113.0/24", "2001:db8::/32"] });

        using var refused = await SendAsync(client, "/", ("X-Forwarded-For", "203.0.113.9"), ("X-Real-IP", "203.0.113.9"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(["not-for-you"], refused.Headers.GetValues("X-HP-Page"));
        Assert.Equal(200, (await gateway.ProbeAsync("traffic.gateway.test", "/", Token)).Status);

        using var again = await ApplyAsync(new SiteTraffic { AllowedAddresses = [$"{fixture.Here}/32"] });
        Assert.Equal((200, null), await LocationAsync(again, "/"));
    }

    [Fact]
    public async Task In_maintenance_visitors_read_the_sites_own_words_as_text_and_some_see_the_site()
    {
        var traffic = new SiteTraffic
        {
            InMaintenance = true,
            MaintenanceText = "Back on </p><script>alert(1)</script> Monday, %[env(PATH)] “früh”",
        };
        var gateway = fixture.Gateway();
        using var client = await ApplyAsync(traffic);

        using var response = await client.GetAsync("http://traffic.gateway.test/", Token);
        var page = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(300), response.Headers.RetryAfter?.Delta);
        Assert.Contains(
            "Back on &lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt; Monday, %[env(PATH)] “früh”",
            page,
            StringComparison.Ordinal
        );
        Assert.Equal(
            (200, false),
            await gateway.ProbeAsync("traffic.gateway.test", "/", Token) is var probe ? (probe.Status, probe.FromGateway) : default
        );
        using var some = await ApplyAsync(traffic with { MaintenanceVisitors = [$"{fixture.Here}/32"] });
        Assert.Equal((200, null), await LocationAsync(some, "/"));
    }

    [Fact]
    public async Task Texts_are_compressed_and_an_answer_has_its_requests_name()
    {
        using var client = await ApplyAsync(new SiteTraffic());

        using var response = await SendAsync(client, "/long", ("Accept-Encoding", "gzip"));

        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        Assert.InRange((await response.Content.ReadAsByteArrayAsync(Token)).Length, 1, 2000);
        Assert.Equal(fixture.Sites.Seen[^1].Headers["X-Request-Id"], response.Headers.GetValues("X-Request-Id").Single());
        using var plain = await ApplyAsync(new SiteTraffic { Compresses = false });
        using var whole = await SendAsync(plain, "/long", ("Accept-Encoding", "gzip"));
        Assert.Empty(whole.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_path_that_leads_up_is_refused()
    {
        await ApplyAsync(new SiteTraffic());

        Assert.StartsWith(
            "HTTP/1.1 400 ",
            await fixture.SayAsync("GET /a/%2e%2E/wp-login.php HTTP/1.1\r\nHost: traffic.gateway.test\r\nConnection: close\r\n\r\n", Token),
            StringComparison.Ordinal
        );
    }

    /// <summary>ABUSE 1 and 3: whatever the first fence lets through is taken by a real HAProxy, all at once, and means what it says.</summary>
    [Fact]
    public async Task Whatever_may_be_set_is_a_configuration_that_the_gateway_takes()
    {
        fixture.Require();
        string[] pieces =
        [
            "\n",
            "\r",
            "\t",
            " ",
            "\"",
            "'",
            "\\",
            "#",
            "$HOME",
            "${PATH}",
            "%[env(PATH)]",
            "%25",
            "{",
            "}",
            ";id",
            "$(id)",
            "`id`",
            "--help",
            "-f",
            "..",
            "//",
            "*",
            "\0",
            "\u202e",
            "é",
            "\u212a",
            "<b>",
            "&",
            " if TRUE",
            "|",
            "[",
            "]",
            "(a)",
            ",",
            "@",
            "~",
            ":80",
            "?",
            "ß",
            "😀",
        ];
        SiteTraffic[] all =
        [
            .. pieces
                .SelectMany(piece =>
                    new[]
                    {
                        new SiteTraffic { Redirects = [new TrafficRedirect($"/o{piece}d", "/new")] },
                        new SiteTraffic { Redirects = [new TrafficRedirect("/old", $"/n{piece}w")] },
                        new SiteTraffic { Redirects = [new TrafficRedirect("/old", $"https://example.org/n{piece}w")] },
                        new SiteTraffic { Redirects = [new TrafficRedirect("/old", $"https://e{piece}x.org/")] },
                        new SiteTraffic { InMaintenance = true, MaintenanceText = $"We{piece}move" },
                        new SiteTraffic { ExpensivePaths = [$"/l{piece}n", $"?s{piece}"] },
                        new SiteTraffic { AllowedAddresses = [$"10.0.0.0{piece}", "11.0.0.0/8"] },
                        new SiteTraffic { Login = new TrafficLogin($"a{piece}b", Sha512Crypt.Make("password")) },
                    }
                )
                .Where(IsFine)
                .Select(TrafficRules.Normalise),
        ];
        var routes = all.Select(
            (traffic, index) => Beta with { Slug = $"h{index}", Hosts = [$"h{index}.gateway.test"], Traffic = traffic }
        );

        await fixture.Gateway().ApplyAsync([Beta, .. routes], Token);

        Assert.InRange(all.Length, 100, 400);
        using var client = fixture.Client();
        foreach (var (index, traffic) in all.Index().Where(site => site.Item is { Redirects: [{ From: "/old" }] }))
        {
            using var response = await client.GetAsync($"http://h{index}.gateway.test/old", Token);
            Assert.Equal(traffic.Redirects[0].To, response.Headers.NonValidated["Location"].ToString());
        }
    }

    private static bool IsFine(SiteTraffic traffic)
    {
        var errors = new FieldErrors();
        var normal = TrafficRules.Normalise(traffic);
        TrafficRules.Check(normal, 50, [], errors);
        return errors.ToProblem() is null && (traffic.Login is not { } login || TrafficRules.UserFault(login.User) is null);
    }

    private static async Task<(int Status, string? Location)> LocationAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync($"http://traffic.gateway.test{path}", Token);
        return (
            (int)response.StatusCode,
            response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null
        );
    }

    private static async Task<HttpResponseMessage> LogInAsync(HttpClient client, string login)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://traffic.gateway.test/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
        return await client.SendAsync(request, Token);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://traffic.gateway.test{path}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, Token);
    }

    private async Task<HttpClient> ApplyAsync(SiteTraffic traffic)
    {
        fixture.Require();
        var site = GatewayFixture.Site("alpha") with { Slug = "traffic", Hosts = ["traffic.gateway.test"], Traffic = traffic };
        await fixture.Gateway().ApplyAsync([site, Beta], Token);
        return fixture.Client();
    }
}
