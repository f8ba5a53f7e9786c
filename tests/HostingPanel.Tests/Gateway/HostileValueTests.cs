using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;

namespace HostingPanel.Tests.Gateway;

/// <summary>Whatever reaches the renderer, nothing but plain names, numbers and keys reaches the configuration.</summary>
public sealed class HostileValueTests
{
    private const uint Seed = 20_260_715;
    private static readonly string[] Pieces =
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
        "{",
        "}",
        ";",
        "/",
        "..",
        "*",
        "\0",
        "\u202e",
        "é",
        "\u212a", // KELVIN SIGN: lower case of it is the plain letter k
        "ı",
        "A",
        "_",
        "@",
        ":",
        ",",
        "\nbackend evil\n    server a 169.254.169.254:80\n",
        " if TRUE",
        "!",
        "(",
        "`id`",
        "$(id)",
        "--help",
        new string('a', 300),
    ];

    public static TheoryData<string> Fields { get; } = ["slug", "host", "upstream", "key", "panel-host", "panel-key"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_hostile_piece_anywhere_in_a_value_is_refused(string field)
    {
        var good = GoodValueOf(field);
        foreach (var piece in Pieces)
        {
            for (var at = 0; at <= good.Length; at++)
            {
                var hostile = good.Insert(at, piece);
                if (IsPlain(field, hostile))
                {
                    continue; // an upper-case letter in a key, a path that became a longer name
                }

                var error = Assert.Throws<PlatformException>(() => Render(field, hostile));
                Assert.Equal("gateway-route-invalid", error.Code);
                Assert.DoesNotContain(hostile, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Random_text_is_refused_or_is_a_plain_word(string field)
    {
        const string Alphabet = "ab0-._:/\\ \n\r\t\"'#${}%[](),;!@*AZ\0é\u202e";
        var state = Seed;
        for (var round = 0; round < 3000; round++)
        {
            var letters = new char[Next(ref state, 40)];
            for (var index = 0; index < letters.Length; index++)
            {
                letters[index] = Alphabet[Next(ref state, Alphabet.Length)];
            }

            var text = new string(letters);
            try
            {
                Render(field, text);
            }
            catch (PlatformException)
            {
                continue;
            }

            Assert.True(IsPlain(field, text), $"“{text}” was accepted as {field}");
        }
    }

    [Fact]
    public void A_number_outside_its_range_is_refused()
    {
        Route[] routes =
        [
            Routes.Serve with
            {
                Port = 0,
            },
            Routes.Serve with
            {
                Port = -1,
            },
            Routes.Serve with
            {
                Port = 65536,
            },
            Routes.Serve with
            {
                MaxConnections = 0,
            },
            Routes.Serve with
            {
                MaxConnections = int.MaxValue,
            },
            Routes.Serve with
            {
                MaxBodyBytes = 0,
            },
            Routes.Serve with
            {
                MaxBodyBytes = long.MinValue,
            },
            Routes.Serve with
            {
                Timeout = TimeSpan.Zero,
            },
            Routes.Serve with
            {
                Timeout = Timeout.InfiniteTimeSpan,
            },
            Routes.Serve with
            {
                Timeout = TimeSpan.MaxValue,
            },
            Routes.Serve with
            {
                Mode = (RouteMode)17,
            },
        ];

        Assert.All(routes, route => Assert.Throws<PlatformException>(() => Routes.Render(route)));
    }

    /// <summary>Xorshift: the same texts in every run.</summary>
    private static int Next(ref uint state, int below)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (int)(state % (uint)below);
    }

    private static string GoodValueOf(string field) =>
        field switch
        {
            "slug" => Routes.Serve.Slug,
            "host" => Routes.Serve.Hosts[0].Name,
            "upstream" => Routes.Serve.Upstream,
            "key" => Routes.Serve.GatewayKey,
            "panel-host" => Routes.Panel.Host,
            _ => Routes.Panel.GatewayKey,
        };

    private static void Render(string field, string value)
    {
        var route = field switch
        {
            "slug" => Routes.Serve with { Slug = value },
            "host" => Routes.Serve with { Hosts = [value] },
            "upstream" => Routes.Serve with { Upstream = value },
            "key" => Routes.Serve with { GatewayKey = value },
            _ => Routes.Serve,
        };
        var panel = field switch
        {
            "panel-host" => Routes.Panel with { Host = value },
            "panel-key" => Routes.Panel with { GatewayKey = value },
            _ => Routes.Panel,
        };
        HaproxyConfig.Render([route], panel).With("0123456789abcdef");
    }

    /// <summary>Said another way than in the code under test: every character is harmless in HAProxy's language.</summary>
    private static bool IsPlain(string field, string value) =>
        value.Length is > 0 and <= 256
        && (
            field.EndsWith("key", StringComparison.Ordinal)
                ? value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
                : value
                    .Split('.')
                    .All(label =>
                        label.Length is > 0 and <= 63
                        && label.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-')
                        && label[0] != '-'
                        && label[^1] != '-'
                    ) && (field.EndsWith("host", StringComparison.Ordinal) || !value.Contains('.', StringComparison.Ordinal))
        );
}
