using System.Runtime.CompilerServices;
using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;

namespace HostingPanel.Tests.Gateway;

public sealed class HaproxyConfigTests
{
    [Fact]
    public async Task Routes_become_exactly_the_golden_text()
    {
        var rendered = Routes.Render(Routes.Serve, Routes.Full, Routes.Starting, Routes.Stopped);
        var files = rendered.Files.Contents.Where(file => !file.Key.EndsWith(".html", StringComparison.Ordinal));
        var text =
            $"{rendered.Text}\n# --- {rendered.MapFile}\n{rendered.Map}"
            + string.Concat(files.Select(file => $"\n# --- {file.Key}\n{file.Value}"));
        if (Environment.GetEnvironmentVariable("HP_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(GoldenFile(), text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(GoldenFile(), TestContext.Current.CancellationToken), text);
    }

    [Fact]
    public void The_order_of_routes_and_hosts_does_not_matter()
    {
        var turned = Routes.Serve with { Hosts = [.. Routes.Serve.Hosts.Reverse()] };

        Assert.Equal(Routes.Render(Routes.Starting, Routes.Serve), Routes.Render(turned, Routes.Starting));
    }

    [Fact]
    public void Every_change_of_a_route_changes_the_mark()
    {
        Route[] variants =
        [
            Routes.Serve,
            Routes.Serve with
            {
                Hosts = ["food-bank.localhost"],
            },
            Routes.Serve with
            {
                Mode = RouteMode.Starting,
            },
            Routes.Serve with
            {
                Mode = RouteMode.Stopped,
            },
            Routes.Serve with
            {
                Upstream = "hp-food-bank-app",
            },
            Routes.Serve with
            {
                Port = 8081,
            },
            Routes.Serve with
            {
                GatewayKey = "another0key0another0key0",
            },
            Routes.Serve with
            {
                MaxConnections = 7,
            },
            Routes.Serve with
            {
                Timeout = TimeSpan.FromSeconds(61),
            },
            Routes.Serve with
            {
                MaxBodyBytes = 1024,
            },
            Routes.Serve with
            {
                Traffic = new SiteTraffic { PagesPerMinute = 100 },
            },
            Routes.Serve with
            {
                Traffic = new SiteTraffic { Redirects = [new TrafficRedirect("/a", "/b")] },
            },
            Routes.Serve with
            {
                Traffic = new SiteTraffic { Redirects = [new TrafficRedirect("/a", "/c")] },
            },
        ];
        var marks = variants.Select(route => Routes.Render(route).Mark).ToList();
        marks.Add(HaproxyConfig.Render([Routes.Serve], Routes.Panel).With("fedcba9876543210").Mark);
        marks.Add(HaproxyConfig.Render([Routes.Serve], Routes.Panel with { Host = "admin.localhost" }).With("0123456789abcdef").Mark);

        Assert.Equal(marks.Count, marks.Distinct().Count());
    }

    [Fact]
    public void Sites_with_the_same_settings_share_their_rules_and_another_has_its_own()
    {
        // Reading the rules is most of what a reload takes, so it must not be done for each of hundreds.
        var many = Enumerable
            .Range(1, 300)
            .Select(number => Routes.Serve with { Slug = $"site-{number}", Hosts = [$"{number}.localhost"] });
        var one = Routes.Render(Routes.Serve).Text;

        var all = Routes.Render([Routes.Serve, .. many]).Text;
        var two = Routes.Render(Routes.Serve, Routes.Full).Text;

        Assert.Equal((1, 1, 2), (Shields(one), Shields(all), Shields(two)));
        Assert.InRange(Lines(all) - Lines(one), 300, 300 * 8);

        static int Shields(string text) => text.Split("\ndefaults shield-").Length - 1;
        static int Lines(string text) => text.Split('\n').Length;
    }

    [Fact]
    public void The_rules_that_sites_share_name_none_of_them()
    {
        var text = Routes.Render(Routes.Serve, Routes.Full).Text;

        var shields = text.Split("\n\n").Where(section => section.StartsWith("defaults shield-", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, shields.Count);
        Assert.All(
            shields,
            shield =>
            {
                Assert.DoesNotContain(Routes.Serve.Slug, shield, StringComparison.Ordinal);
                Assert.DoesNotContain(Routes.Full.Slug, shield, StringComparison.Ordinal);
                Assert.DoesNotContain(Routes.Serve.GatewayKey, shield, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void A_stopped_or_starting_site_has_no_back_end_and_its_key_is_nowhere()
    {
        var rendered = Routes.Render(Routes.Starting, Routes.Stopped);

        Assert.DoesNotContain("backend site-", rendered.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Routes.Stopped.GatewayKey, rendered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_panel_is_served_when_there_is_no_site() => Assert.Equal("panel.localhost panel\n", Routes.Render().Map);

    [Fact]
    public void A_host_name_of_two_sites_is_refused() =>
        Refused(Routes.Serve, Routes.Starting with { Hosts = [Routes.Serve.Hosts[0].Name] });

    [Fact]
    public void The_panels_host_name_on_a_site_is_refused() => Refused(Routes.Serve with { Hosts = [Routes.Panel.Host] });

    [Fact]
    public void Two_routes_with_one_slug_are_refused() => Refused(Routes.Serve, Routes.Serve with { Hosts = ["other.localhost"] });

    [Fact]
    public void A_served_site_without_a_key_is_refused() => Refused(Routes.Serve with { GatewayKey = "" });

    [Fact]
    public void A_name_that_sends_on_and_a_wildcard_are_lines_of_the_map() =>
        Assert.Equal(
            "*.example.org site-food-bank\nexample.org site-food-bank\npanel.localhost panel\nwww.example.org to:example.org\n",
            Routes
                .Render(Routes.Serve with { Hosts = ["*.example.org", "example.org", new RouteHost("www.example.org", "example.org")] })
                .Map
        );

    [Theory]
    [InlineData("a.example", "b.example")]
    [InlineData("a.example", "a.example")]
    [InlineData("a.example", "food-bank.localhost/x")]
    [InlineData("*.example.org", "food-bank.localhost")]
    public void A_name_that_sends_anywhere_but_to_one_that_the_site_answers_to_is_refused(string name, string to) =>
        Refused(Routes.Serve with { Hosts = ["food-bank.localhost", new RouteHost(name, to)] });

    [Theory]
    [InlineData("*")]
    [InlineData("*.org")]
    [InlineData("*.*.example.org")]
    [InlineData("a.*.example.org")]
    public void Any_other_wildcard_is_refused(string name) => Refused(Routes.Serve with { Hosts = [name] });

    private static void Refused(params Route[] routes) =>
        Assert.Equal("gateway-route-invalid", Assert.Throws<PlatformException>(() => Routes.Render(routes)).Code);

    private static string GoldenFile([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "golden-haproxy.cfg");
}
