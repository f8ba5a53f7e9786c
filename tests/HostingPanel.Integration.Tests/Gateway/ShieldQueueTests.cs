using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>How many a site has before it at once, who waits, and who only keeps a connection, in a real HAProxy.</summary>
[Collection(GatewayTests.Name)]
public sealed class ShieldQueueTests(GatewayFixture fixture) : ShieldTest(fixture)
{
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
        Fixture.Sites.Gate = new TaskCompletionSource();
        var seen = Fixture.Sites.Seen.Count;
        var first = GetAsync(site, "/wait");
        await UntilAsync(() => Fixture.Sites.Seen.Count > seen);

        List<Task<HttpResponseMessage>> waiting = [GetAsync(site, "/wait"), GetAsync(site, "/wait")];
        // Three that come at the same moment would each find the queue empty: HAProxy looks at it before it queues.
        await UntilAsync(async () => await QueuedAsync("queue") == waiting.Count);
        using var refused = await GetAsync(site, "/wait");

        Assert.Equal((503, "busy"), Seen(refused));
        Assert.NotNull(refused.Headers.RetryAfter);
        Fixture.Sites.Gate.SetResult();
        Assert.All(await Task.WhenAll([first, .. waiting]), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
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
        Fixture.Sites.Gate = new TaskCompletionSource();
        var seen = Fixture.Sites.Seen.Count;
        var first = StatusAsync(site, "/wait");
        await UntilAsync(() => Fixture.Sites.Seen.Count > seen);

        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StatusAsync(site, "/page")));

        // Of four more, one is one too many at once; the others give up their place in the queue.
        Assert.Equal([429, 503, 503, 503], others.Order());
        Fixture.Sites.Gate.SetResult();
        Assert.Equal(200, await first);
        Assert.Equal(200, await StatusAsync(site, "/page"));
    }

    [Fact]
    public async Task Who_says_nothing_is_hung_up_on_and_has_few_connections()
    {
        var site = await ApplyAsync("loris", new SiteTraffic());
        var before = Fixture.Sites.Seen.Count;
        var head = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {site}\r\nX-Slow: ");
        var body = Encoding.ASCII.GetBytes($"POST /upload HTTP/1.1\r\nHost: {site}\r\nContent-Length: 1000\r\n\r\nx");
        var started = TimeProvider.System.GetTimestamp();

        var slow = Enumerable.Range(0, 230).Select(index => UntilHungUpAsync(index % 2 == 0 ? head : body)).ToList();
        var ends = await Task.WhenAll(slow);

        Assert.InRange(ends.Count(end => end < TimeSpan.FromSeconds(5)), 30, 60);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(15));
        // Not one of them has had one of the site's workers.
        Assert.Equal(before, Fixture.Sites.Seen.Count);
        Assert.Equal(200, await StatusAsync(site, "/"));
    }

    private async Task<TimeSpan> UntilHungUpAsync(byte[] beginning)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(20));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(Fixture.Address), 80, bound.Token);
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

    /// <summary>How many wait for a site, by the lines that HAProxy has of it (its manual, 9.1).</summary>
    private async Task<int> QueuedAsync(string slug) =>
        (await AskAsync("@1 show stat"))
            .Split('\n')
            .Select(line => line.Split(','))
            .Where(fields => fields.Length > 2 && fields[0].EndsWith(slug, StringComparison.Ordinal))
            .Sum(fields => int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var queued) ? queued : 0);
}
