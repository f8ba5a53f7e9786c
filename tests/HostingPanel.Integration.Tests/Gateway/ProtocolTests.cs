using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>Requests that two servers could read differently: refused, or handed on in one reading.</summary>
[Collection(GatewayTests.Name)]
public sealed class ProtocolTests(GatewayFixture fixture)
{
    private static readonly Route Alpha = GatewayFixture.Site("alpha");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Odd { get; } =
        new()
        {
            { "two hosts", "GET / HTTP/1.1\r\nHost: alpha.gateway.test\r\nHost: panel.gateway.test\r\n\r\n" },
            { "a host and another one in the target", "GET http://panel.gateway.test/ HTTP/1.1\r\nHost: alpha.gateway.test\r\n\r\n" },
            { "two lengths", "POST / HTTP/1.1\r\nHost: alpha.gateway.test\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef" },
            { "a length that is none", "POST / HTTP/1.1\r\nHost: alpha.gateway.test\r\nContent-Length: +5\r\n\r\nabcde" },
            { "a blank before the colon", "GET / HTTP/1.1\r\nHost : alpha.gateway.test\r\n\r\n" },
            { "a folded line", "GET / HTTP/1.1\r\nHost: alpha.gateway.test\r\nX: a\r\n b\r\nY : c\r\n\r\n" },
            { "a NUL in a header", "GET / HTTP/1.1\r\nHost: alpha.gateway.test\r\nX: a\0b\r\n\r\n" },
            { "a bare CR in a header", "GET / HTTP/1.1\r\nHost: alpha.gateway.test\r\nX: a\rHost: panel.gateway.test\r\n\r\n" },
            {
                "a chunk size that is none",
                "POST / HTTP/1.1\r\nHost: alpha.gateway.test\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n"
            },
            {
                "an encoding hidden in a list",
                "POST / HTTP/1.1\r\nHost: alpha.gateway.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"
            },
            { "a fragment in the target", "GET /a#b HTTP/1.1\r\nHost: alpha.gateway.test\r\n\r\n" },
            { "a host with a path", "GET / HTTP/1.1\r\nHost: alpha.gateway.test/x\r\n\r\n" },
            { "TRACE", "TRACE / HTTP/1.1\r\nHost: alpha.gateway.test\r\n\r\n" },
            { "CONNECT", "CONNECT alpha.gateway.test:80 HTTP/1.1\r\nHost: alpha.gateway.test:80\r\n\r\n" },
        };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task An_odd_request_reaches_no_site(string oddity, string request)
    {
        await ApplyAsync();
        var before = fixture.Sites.Seen.Count;

        var answer = await fixture.SayAsync(request, Token);

        Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), $"{oddity}: {answer}");
        Assert.Equal(before, fixture.Sites.Seen.Count);
    }

    [Fact]
    public async Task A_length_beside_chunks_is_dropped_and_nothing_is_smuggled_behind_it()
    {
        await ApplyAsync();
        var before = fixture.Sites.Seen.Count;

        await fixture.SayAsync(
            "POST /upload HTTP/1.1\r\nHost: alpha.gateway.test\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: panel.gateway.test\r\n\r\n",
            Token
        );

        var seen = fixture.Sites.Seen.Skip(before).ToList();
        Assert.DoesNotContain(
            seen,
            request => request.Headers.ContainsKey("Content-Length") && request.Headers.ContainsKey("Transfer-Encoding")
        );
        Assert.DoesNotContain(seen, request => request.Path == "/smuggled" && request.Host != "panel.gateway.test");
    }

    [Fact]
    public async Task TRACE_to_a_site_is_refused_with_what_is_taken_and_left_to_the_panel_for_its_own_words()
    {
        await ApplyAsync();
        var refused = await fixture.SayAsync("TRACE / HTTP/1.1\r\nHost: ALPHA.gateway.test\r\nX-Key: secret\r\n\r\n", Token);
        Assert.StartsWith("HTTP/1.1 405 ", refused, StringComparison.Ordinal);
        Assert.Contains("allow: GET, HEAD, POST", refused, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", refused, StringComparison.Ordinal);

        var before = fixture.Sites.Seen.Count;
        await fixture.SayAsync("TRACE /api/v1/sites HTTP/1.1\r\nHost: panel.gateway.test\r\n\r\n", Token);
        Assert.Equal("panel.gateway.test", Assert.Single(fixture.Sites.Seen.Skip(before)).Host);
    }

    private async Task ApplyAsync()
    {
        fixture.Require();
        await fixture.Gateway().ApplyAsync([Alpha], Token);
    }
}
