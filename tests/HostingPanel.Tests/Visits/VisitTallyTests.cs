using System.Buffers;
using System.Text;
using HostingPanel.Platform;
using HostingPanel.Visits;
using HostingPanel.Worker.Gateway;

namespace HostingPanel.Tests.Visits;

/// <summary>Counting requests: exact where it is said to be, and bounded whatever visitors send.</summary>
public sealed class VisitTallyTests
{
    private static readonly SeenRequest Request = new(
        "shop",
        new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero),
        "192.0.2.1",
        "GET",
        "/",
        200,
        1000,
        40,
        5,
        "Firefox",
        null
    );

    [Fact]
    public void Each_request_is_in_its_class_and_refusals_say_nothing_about_speed()
    {
        var tally = new VisitTally();
        foreach (var status in (int[])[200, 204, 101, 301, 404, 403, 500, -1])
        {
            tally.Add(Request with { Status = status });
        }

        tally.Add(Request with { Status = 429, Refused = "pages", Milliseconds = 0 });
        Assert.Equal(
            (9L, 3L, 1L, 3L, 1L, 1L),
            (tally.Requests, tally.Good, tally.Redirected, tally.ClientErrors, tally.ServerErrors, tally.Refused)
        );
        Assert.Equal((9000L, 45L, 8L), (tally.Bytes, tally.QueueMilliseconds, tally.Times.Sum()));

        // What could not be written down is added to what has come meanwhile.
        var meanwhile = new VisitTally();
        meanwhile.Add(Request);
        meanwhile.Add(tally);
        Assert.Equal(
            (10L, 4L, 10_000L, 9L, 1L),
            (meanwhile.Requests, meanwhile.Good, meanwhile.Bytes, meanwhile.Times.Sum(), meanwhile.Refused)
        );
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void A_percentile_is_true_to_a_step_of_a_quarter(double share)
    {
        // Spread evenly over the orders of magnitude, from 1 ms to 8 s.
        var times = Enumerable.Range(0, 5000).Select(number => (int)Math.Exp(number * 9 / 5000.0)).ToList();
        var counts = new long[ResponseTimes.Steps];
        times.ForEach(time => ResponseTimes.Add(counts, time));
        var exact = times[(int)(times.Count * share) - 1];
        Assert.InRange(ResponseTimes.Percentile(counts, share)!.Value, exact * 0.78, (exact * 1.28) + 1);
        Assert.Null(ResponseTimes.Percentile(new long[ResponseTimes.Steps], share));
    }

    [Fact]
    public void What_takes_for_ever_and_counts_of_an_older_panel_have_a_place()
    {
        var counts = new long[ResponseTimes.Steps];
        ResponseTimes.Add(counts, int.MaxValue);
        ResponseTimes.Add(counts, 0);
        Assert.Equal(2, counts.Sum());
        ResponseTimes.Add(counts, [1, 1]);
        Assert.Equal(4, counts.Sum());
        Assert.True(ResponseTimes.Percentile(counts, 1) > 60_000);
    }

    [Fact]
    public void A_flood_of_paths_fills_no_memory_and_hides_not_what_is_asked_for_most()
    {
        var tally = new VisitTopTally();
        for (var number = 0; number < 20_000; number++)
        {
            tally.Add(Request with { Path = $"/scan/{number}{new string('x', 5000)}" });
            if (number % 10 == 0)
            {
                tally.Add(Request with { Path = "/popular" });
            }
        }

        var tops = tally.Tops().ToList();
        var paths = tops.Where(top => top.Kind == VisitTopKind.Path).ToList();
        Assert.Equal("/popular", paths[0].Text);
        Assert.InRange(paths[0].Requests, 1500, 2000);
        Assert.InRange(paths.Count, 1, VisitTopTally.Kept);
        Assert.All(paths, path => Assert.True(path.Text.Length <= VisitTop.MaxTextLength));
        Assert.Equal("192.0.2.1", Assert.Single(tops, top => top.Kind == VisitTopKind.Address).Text);
    }

    [Fact]
    public void A_line_of_the_gateway_is_read_as_it_is_written()
    {
        var seen = Parse(
            """{"time": "2026-07-01T14:00:00+0200", "client": "2001:db8::1", "method": "POST", "host": "a.example.org", "path": "/a\"b", "status": 503, "bytes": 1234, "ms": 17, "route": "site-food-bank", "end": "----", "queued": -1, "agent": "te\"st", "refused": "queue", "id": "x"}"""
        );
        Assert.Equal(
            new SeenRequest(
                "food-bank",
                new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero),
                "2001:db8::1",
                "POST",
                "/a\"b",
                503,
                1234,
                17,
                -1,
                "te\"st",
                "queue"
            ),
            seen
        );
    }

    [Theory]
    [InlineData("sQ--", "queue")]
    [InlineData("sQNI", "queue")]
    [InlineData("sH--", null)]
    public void Who_waited_until_it_was_too_long_was_refused(string end, string? refused) =>
        Assert.Equal(refused, Parse($$"""{"route": "site-food-bank", "status": 503, "end": "{{end}}"}""")?.Refused);

    [Theory]
    [InlineData("""{"route": "panel", "status": 200}""")]
    [InlineData("""{"route": "unknown-host"}""")]
    [InlineData("""{"route": 7}""")]
    [InlineData("""{"status": 200}""")]
    [InlineData("""[1]""")]
    [InlineData("""not json""")]
    [InlineData("")]
    public void What_is_no_request_of_a_site_is_passed_by(string line) => Assert.Null(Parse(line));

    private static SeenRequest? Parse(string line) => RequestLog.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)));
}
