using System.Net;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Tests.Security;

/// <summary>The parts of the edge that need no process around them.</summary>
public sealed class EdgeTests : IDisposable
{
    private readonly string _keyFile = Path.GetTempFileName();

    public EdgeTests() => File.WriteAllText(_keyFile, "the-gateways-key\n");

    public void Dispose() => File.Delete(_keyFile);

    [Theory]
    [InlineData("the-gateways-key", true)]
    [InlineData("another-key", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task Forwarded_headers_count_only_beside_the_gateways_key_and_are_gone_afterwards(string? key, bool believed)
    {
        var context = Forwarded(key);
        await new GatewayMiddleware(_ => Task.CompletedTask, Options.Create(new GatewayOptions { KeyFile = _keyFile })).InvokeAsync(
            context
        );
        Assert.Equal(believed ? "203.0.113.9" : "10.0.0.2", context.Connection.RemoteIpAddress!.ToString());
        Assert.Equal(believed ? "https" : "http", context.Request.Scheme);
        Assert.DoesNotContain(context.Request.Headers.Keys, name => name.StartsWith("X-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Without_a_configured_key_forwarded_headers_never_count()
    {
        var context = Forwarded(string.Empty);
        await new GatewayMiddleware(_ => Task.CompletedTask, Options.Create(new GatewayOptions())).InvokeAsync(context);
        Assert.Equal("10.0.0.2", context.Connection.RemoteIpAddress!.ToString());
    }

    [Theory]
    [InlineData("http://panel.localhost:8080", true)]
    [InlineData("https://panel.localhost:8080", true)]
    [InlineData(null, true)]
    [InlineData("http://panel.localhost", false)]
    [InlineData("http://evil.example", false)]
    [InlineData("null", false)]
    public async Task A_web_socket_is_opened_only_from_the_panels_own_pages(string? origin, bool passes)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Host = new HostString("panel.localhost:8080");
        context.Request.Headers.Upgrade = "websocket";
        context.Request.Headers.Origin = origin;
        var passed = false;
        await new OriginMiddleware(_ =>
        {
            passed = true;
            return Task.CompletedTask;
        }).InvokeAsync(context);
        Assert.Equal(passes, passed);
        Assert.Equal(passes ? 200 : 403, context.Response.StatusCode);
    }

    [Theory]
    [InlineData("/sites/food-bank?tab=logs", "/sites/food-bank?tab=logs")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public void Nobody_is_sent_to_another_host_after_signing_in(string? returnUrl, string expected) =>
        Assert.Equal(expected, CookieSignIn.LocalOrHome(returnUrl));

    [Theory]
    [InlineData("http", "hp")]
    [InlineData("https", "__Host-hp")]
    public void The_cookie_is_named_after_the_way_it_travels(string scheme, string name)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = scheme;
        new SchemeCookieManager().AppendResponseCookie(context, "any", "value", new CookieOptions());
        Assert.StartsWith($"{name}=value", context.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_cookie_says_gives_no_power()
    {
        var account = new AccountView(Guid.CreateVersion7(), "a@example.org", "Ada", StaffRole.Administrator, Guid.CreateVersion7());
        var session = Guid.CreateVersion7();
        var principal = account.ToPrincipal(session, CookieSignIn.Scheme);
        Assert.Equal(Actor.Nobody, principal.ToActor());
        Assert.Equal(session, principal.FindSession());
        Assert.Equal(Actor.Nobody, new System.Security.Claims.ClaimsPrincipal().ToActor());
    }

    private static DefaultHttpContext Forwarded(string? key)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.2");
        context.Request.Scheme = "http";
        context.Request.Headers["X-Forwarded-For"] = "198.51.100.1, 203.0.113.9";
        context.Request.Headers["X-Forwarded-Proto"] = "https";
        context.Request.Headers["X-Forwarded-Host"] = "evil.example";
        if (key is not null)
        {
            context.Request.Headers[GatewayMiddleware.KeyHeader] = key;
        }

        return context;
    }
}
