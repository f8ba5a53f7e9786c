using System.Net;
using Microsoft.Playwright;

namespace HostingPanel.E2E.Tests;

/// <summary>ABUSE 16 through the published gateway: a page of somebody else's opens no circuit, whatever it sends along.</summary>
[Collection(PanelTests.Name)]
public sealed class ForeignPageTests(PanelFixture panel)
{
    private const string Open = """
        address => new Promise(resolve => {
            const socket = new WebSocket(address);
            socket.onopen = () => resolve('open');
            socket.onclose = socket.onerror = () => resolve('refused');
        })
        """;

    [Fact(Timeout = 120_000)]
    public async Task A_foreign_page_opens_no_circuit_and_a_stolen_cookie_none_from_elsewhere()
    {
        var socket = PanelFixture.PanelUrl.Replace("http", "ws", StringComparison.Ordinal) + "/_blazor";
        var page = await panel.SignInAsync();
        Assert.Equal("open", await page.EvaluateAsync<string>(Open, socket));

        var cookies = string.Join("; ", (await page.Context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}"));

        // The same browser, with the same cookies, at a page that somebody was lured to.
        var foreign = $"http://evil.localhost:{PanelFixture.HttpPort}/";
        await page.RouteAsync($"{foreign}**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>Win!</h1>" }));
        await page.GotoAsync(foreign);
        Assert.Equal("refused", await page.EvaluateAsync<string>(Open, socket));

        // The browser keeps the cookie from it. Whoever has the cookie itself gets no further: it is the page that is asked for.
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await UpgradeAsync(PanelFixture.PanelUrl, cookies));
        Assert.Equal(HttpStatusCode.Forbidden, await UpgradeAsync(foreign.TrimEnd('/'), cookies));
        Assert.Equal(HttpStatusCode.Unauthorized, await UpgradeAsync(PanelFixture.PanelUrl, cookies: null));
    }

    private static async Task<HttpStatusCode> UpgradeAsync(string origin, string? cookies)
    {
        using var http = PanelFixture.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{PanelFixture.PanelUrl}/_blazor"));
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(Guid.CreateVersion7().ToByteArray()));
        request.Headers.Add("Origin", origin);
        if (cookies is not null)
        {
            request.Headers.Add("Cookie", cookies);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
