using System.Net;
using HostingPanel.Platform;
using HostingPanel.Traffic;
using HostingPanel.Worker.Gateway;

namespace HostingPanel.Tests.Gateway;

/// <summary>Whatever people type for a site's visitors, nothing but lists, maps and pages of plain lines reaches the gateway.</summary>
public sealed class HostileTrafficTests
{
    private const string Hash = "$6$rounds=1000$saltsaltsaltsalt$";

    private static readonly string[] Pieces =
    [
        "\n",
        "\r",
        "\r\n",
        "\t",
        " ",
        "\"",
        "'",
        "\\",
        "#",
        "$HOME",
        "${PATH}",
        "%[env(PATH)]",
        "{",
        "}",
        ";id",
        "$(id)",
        "`id`",
        "--help",
        "-f",
        "../",
        "//",
        "*",
        "\0",
        "\u202e",
        "é",
        "\u212a",
        "ı",
        "<script>",
        "&",
        "\nbackend evil\n    server a 169.254.169.254:80\n",
        " if TRUE",
        " code 302",
        "|",
        "^",
        "[",
        "]",
        "(",
        ",",
        "@",
        new string('a', 1200),
    ];

    public static TheoryData<string> Fields { get; } =
    ["user", "hash", "network", "visitor", "expensive", "query", "from", "to", "address", "text"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_hostile_piece_in_a_setting_is_refused_or_stays_one_line_of_its_file(string field)
    {
        var good = GoodValueOf(field);
        foreach (var value in Pieces.SelectMany(piece => Enumerable.Range(0, good.Length + 1).Select(at => good.Insert(at, piece))))
        {
            // By the first fence and by the second one alone.
            Check(field, TrafficRules.Normalise(With(field, value)));
            Check(field, With(field, value));
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_good_value_stands_in_the_configuration_or_a_file(string field)
    {
        var rendered = Routes.Render(Routes.Serve with { Traffic = With(field, GoodValueOf(field)) });

        Assert.Contains(
            GoodValueOf(field).TrimStart('?').Split('\n')[0],
            rendered.Text + string.Concat(rendered.Files.Contents.Values),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_number_outside_its_range_and_a_policy_that_is_none_are_refused()
    {
        SiteTraffic[] all =
        [
            new() { QueueLength = 0 },
            new() { QueueSeconds = -1 },
            new() { PagesPerMinute = int.MinValue },
            new() { PagesAtOnce = int.MaxValue },
            new() { MaxConcurrent = 0 },
            new() { BanMinutes = int.MaxValue },
            new() { BanAfter = 0 },
            new() { HstsDays = -1 },
            new() { NoAgent = (CrawlerPolicy)9 },
            new() { Redirects = [new TrafficRedirect("/a", "/b"), new TrafficRedirect("/a", "/c")] },
        ];

        Assert.All(all, traffic => Assert.Throws<PlatformException>(() => Routes.Render(Routes.Serve with { Traffic = traffic })));
    }

    [Fact]
    public void Markup_in_a_maintenance_text_is_text()
    {
        var page = MaintenancePage.Render("</p><script>alert(1)</script>\n<img src=x onerror='a()'> & \"b\"\n\nሰላም");

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;img src=x onerror=&#39;a()&#39;&gt; &amp; &quot;b&quot;</p>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("<p dir=\"auto\">ሰላም</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_text_fits_into_the_gateways_buffer() =>
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(MaintenancePage.Render(new string('"', TrafficRules.MaxText))), 0, 14_000);

    private static void Check(string field, SiteTraffic traffic)
    {
        HaproxyConfiguration rendered;
        try
        {
            rendered = Routes.Render(Routes.Serve with { Traffic = traffic });
        }
        catch (PlatformException refused)
        {
            Assert.Equal("gateway-route-invalid", refused.Code);
            return;
        }

        var plain = Routes.Render(Routes.Serve with { Traffic = With(field, GoodValueOf(field)) });
        Assert.Equal(plain.Text.Count(letter => letter == '\n'), rendered.Text.Count(letter => letter == '\n'));
        Assert.All(rendered.Text, letter => Assert.True(letter is '\n' or (>= ' ' and <= '~'), $"U+{(int)letter:x4}"));
        foreach (var (name, content) in rendered.Files.Contents.Where(file => !file.Key.EndsWith(".html", StringComparison.Ordinal)))
        {
            var words = name.EndsWith(".map", StringComparison.Ordinal) ? 3 : 1;
            Assert.All(
                content.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line =>
                {
                    Assert.Equal(words, line.Split(' ').Length);
                    Assert.True(line[0] is '/' or '=' || IPNetwork.TryParse(line, out _), line);
                    Assert.DoesNotContain(line, letter => letter is < ' ' or > '~' or '"' or '\\' or '<' or '`' or '{' or '|' or '^');
                }
            );
        }
    }

    private static string GoodValueOf(string field) =>
        field switch
        {
            "user" => "preview",
            "hash" => Hash + new string('x', 86),
            "network" or "visitor" => "62.1.2.0/24",
            "expensive" => "/wp-login.php",
            "query" => "?s",
            "from" => "/old",
            "to" => "/new",
            "address" => "https://example.org/new?a=1",
            _ => "We move house.",
        };

    private static SiteTraffic With(string field, string value) =>
        field switch
        {
            "user" => new() { Login = new TrafficLogin(value, GoodValueOf("hash")) },
            "hash" => new() { Login = new TrafficLogin("preview", value) },
            "network" => new() { AllowedAddresses = [value] },
            "visitor" => new() { InMaintenance = true, MaintenanceVisitors = [value] },
            "expensive" or "query" => new() { ExpensivePaths = [value] },
            "from" => new() { Redirects = [new TrafficRedirect(value, "/new")] },
            "to" or "address" => new() { Redirects = [new TrafficRedirect("/old", value)] },
            _ => new() { InMaintenance = true, MaintenanceText = value },
        };
}
