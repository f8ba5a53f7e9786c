using HostingPanel.Platform;
using HostingPanel.Traffic;

namespace HostingPanel.Tests.Traffic;

/// <summary>What people may set for a site's visitors, and what they are told otherwise.</summary>
public sealed class TrafficRulesTests
{
    private static readonly string[] Hosts = ["food-bank.example", "www.food-bank.example"];

    [Fact]
    public void What_is_delivered_is_fine() => Assert.Null(FaultOf(new SiteTraffic()));

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData(" 10.1.2.3/8 ", "10.0.0.0/8")]
    [InlineData("2001:DB8:0:0::1/48", "2001:db8::/48")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3/32")]
    [InlineData("::ffff:10.1.2.3/104", "10.0.0.0/8")]
    public void A_network_is_written_in_one_way(string text, string normal) => Assert.Equal(normal, AddressRange.Normalise(text));

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0")]
    [InlineData("1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::ffff:10.0.0.0/8")]
    [InlineData("10.0.0.1\n10.0.0.2")]
    [InlineData("-f /etc/passwd")]
    [InlineData("example.org")]
    public void What_is_no_network_is_refused(string text)
    {
        Assert.Null(AddressRange.Normalise(text));
        Assert.Equal("allowedAddresses[0]", PathOf(new SiteTraffic { AllowedAddresses = [text] }));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.0/24")]
    [InlineData("fe80::/10")]
    public void Networks_that_no_visitor_has_would_lock_everybody_out(string text) =>
        Assert.Contains("lock everybody out", FaultOf(new SiteTraffic { AllowedAddresses = [text] }), StringComparison.Ordinal);

    [Fact]
    public void One_that_a_visitor_has_is_enough() =>
        Assert.Null(FaultOf(new SiteTraffic { AllowedAddresses = ["127.0.0.1", "62.1.2.0/24"] }));

    [Fact]
    public void Everybody_is_no_list() =>
        Assert.Contains("Leave the list empty", FaultOf(new SiteTraffic { AllowedAddresses = ["0.0.0.0/0"] }), StringComparison.Ordinal);

    [Theory]
    [InlineData("/old/", "/new", "/old", "/new")]
    [InlineData("/", "/en/", "/", "/en/")]
    [InlineData("/über uns", "/about us", "/%C3%BCber%20uns", "/about%20us")]
    [InlineData("/a", "HTTPS://Bücher.Example:8443/x?y=1#z", "/a", "https://xn--bcher-kva.example:8443/x?y=1#z")]
    [InlineData("/a", "https://example.org", "/a", "https://example.org")]
    [InlineData("/100%25", "/b", "/100%25", "/b")]
    public void A_redirect_is_written_as_browsers_send_it(string from, string to, string normalFrom, string normalTo)
    {
        var normal = TrafficRules.Normalise(new SiteTraffic { Redirects = [new TrafficRedirect(from, to)] });

        Assert.Equal(new TrafficRedirect(normalFrom, normalTo), Assert.Single(normal.Redirects));
        Assert.Null(FaultOf(normal));
    }

    [Theory]
    [InlineData("old", "/new", "redirects[0].from")]
    [InlineData("", "/new", "redirects[0].from")]
    [InlineData("https://food-bank.example/old", "/new", "redirects[0].from")]
    [InlineData("/old?x=1", "/new", "redirects[0].from")]
    [InlineData("//evil.example", "/new", "redirects[0].from")]
    [InlineData("/a\nb", "/new", "redirects[0].from")]
    [InlineData("/a%", "/new", "redirects[0].from")]
    [InlineData("/a%zz", "/new", "redirects[0].from")]
    [InlineData("/a\"b", "/new", "redirects[0].from")]
    [InlineData("/a{b}", "/new", "redirects[0].from")]
    [InlineData("/old", "", "redirects[0].to")]
    [InlineData("/old", "new", "redirects[0].to")]
    [InlineData("/old", "//evil.example/", "redirects[0].to")]
    [InlineData("/old", "/\\evil.example/", "redirects[0].to")]
    [InlineData("/old", "javascript:alert(1)", "redirects[0].to")]
    [InlineData("/old", "https://user:secret@example.org/", "redirects[0].to")]
    [InlineData("/old", "https://exa mple.org/", "redirects[0].to")]
    [InlineData("/old", "/new\r\nSet-Cookie: a=b", "redirects[0].to")]
    [InlineData("/old", "/new%[env(PATH)]", "redirects[0].to")]
    public void A_redirect_that_is_none_is_refused(string from, string to, string path) =>
        Assert.Equal(path, PathOf(new SiteTraffic { Redirects = [new TrafficRedirect(from, to)] }));

    [Theory]
    [InlineData("/a", "/a")]
    [InlineData("/a", "/a/")]
    [InlineData("/a", "/a?again=1")]
    [InlineData("/a", "https://www.food-bank.example/a")]
    public void What_leads_to_itself_is_refused(string from, string to) =>
        Assert.Contains(
            "round and round",
            FaultOf(new SiteTraffic { Redirects = [new TrafficRedirect(from, to)] }),
            StringComparison.Ordinal
        );

    [Fact]
    public void What_leads_round_by_others_is_refused_and_a_chain_is_not()
    {
        TrafficRedirect[] chain = [new("/a", "/b"), new("/b", "/c"), new("/c", "https://example.org/a")];

        Assert.Null(FaultOf(new SiteTraffic { Redirects = chain }));
        Assert.Contains(
            "round and round",
            FaultOf(new SiteTraffic { Redirects = [.. chain[..2], new("/c", "/a")] }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_path_leads_to_one_place() =>
        Assert.Equal("redirects[1].from", PathOf(new SiteTraffic { Redirects = [new("/a", "/b"), new("/a/", "/c")] }));

    [Fact]
    public void There_are_five_hundred_redirects_at_most()
    {
        var many = Enumerable.Range(0, 501).Select(number => new TrafficRedirect($"/{number}", "/new")).ToList();

        Assert.Null(FaultOf(new SiteTraffic { Redirects = many[..500] }));
        Assert.Equal("redirects", PathOf(new SiteTraffic { Redirects = many }));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\u202eb")]
    [InlineData("a\ud800b")]
    public void A_text_that_tricks_who_reads_it_is_refused(string text) =>
        Assert.Equal("maintenanceText", PathOf(new SiteTraffic { MaintenanceText = text }));

    [Fact]
    public void A_text_may_have_markup_lines_and_every_script() =>
        Assert.Null(FaultOf(new SiteTraffic { MaintenanceText = "<b>ሰላም</b>\r\n\r\n👩‍👩‍👧 & \"$HOME\" `id` %[env(PATH)]" }));

    [Fact]
    public void Https_alone_needs_that_http_leads_to_it() => Assert.Equal("hstsDays", PathOf(new SiteTraffic { HstsDays = 1 }));

    [Theory]
    [InlineData("/")]
    [InlineData("/a b")]
    [InlineData("/a%20")]
    [InlineData("wp-login.php")]
    [InlineData("?")]
    [InlineData("?a=b")]
    [InlineData("-f")]
    public void What_is_no_expensive_path_is_refused(string path) =>
        Assert.Equal("expensivePaths[0]", PathOf(new SiteTraffic { ExpensivePaths = [path] }));

    [Fact]
    public void A_limit_by_which_reading_shuts_people_out_is_refused_and_none_is_fine()
    {
        Assert.Equal("pagesPerMinute", PathOf(new SiteTraffic { PagesPerMinute = 5 }));
        Assert.Equal("requestsPerTenSeconds", PathOf(new SiteTraffic { RequestsPerTenSeconds = 10 }));
        Assert.Equal("maxConcurrent", PathOf(new SiteTraffic { MaxConcurrent = 9 }));
        Assert.Null(
            FaultOf(
                new SiteTraffic
                {
                    PagesPerMinute = 0,
                    PagesAtOnce = 0,
                    RequestsPerTenSeconds = 0,
                    ExpensivePerMinute = 0,
                }
            )
        );
    }

    [Fact]
    public void Only_what_differs_is_stored_and_a_better_blueprint_reaches_the_rest()
    {
        var defaults = new SiteTraffic { ExpensivePaths = ["/login"] };
        var stored = TrafficJson.Difference(defaults with { NoAgent = CrawlerPolicy.Refuse, AllowedAddresses = ["10.0.0.0/8"] }, defaults);

        var later = TrafficJson.Apply(stored, defaults with { ExpensivePaths = ["/login", "/search"], QueueLength = 50 });

        Assert.Equal((CrawlerPolicy.Refuse, 50), (later.NoAgent, later.QueueLength));
        Assert.Equal(["/login", "/search"], later.ExpensivePaths);
        Assert.Equal(["10.0.0.0/8"], later.AllowedAddresses);
        Assert.Equal(TrafficJson.Nothing, TrafficJson.Difference(defaults, defaults with { ExpensivePaths = ["/login"] }));
    }

    [Theory]
    [InlineData("""{"noAgent":"never"}""")]
    [InlineData("""{"queueLength":"many"}""")]
    [InlineData("[]")]
    public void A_stored_text_that_cannot_be_read_is_said_to_be_so(string stored) =>
        Assert.Equal("traffic-settings-broken", Assert.Throws<PlatformException>(() => TrafficJson.Apply(stored, new SiteTraffic())).Code);

    private static string? FaultOf(SiteTraffic traffic) => ProblemOf(traffic)?.Message;

    private static string? PathOf(SiteTraffic traffic) => ProblemOf(traffic)?.Errors[0].Path;

    private static Problem? ProblemOf(SiteTraffic traffic)
    {
        var errors = new FieldErrors();
        TrafficRules.Check(TrafficRules.Normalise(traffic), 8, Hosts, errors);
        return errors.ToProblem();
    }
}
