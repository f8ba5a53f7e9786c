using System.Text;
using HostingPanel.Web.Tests.Api;

namespace HostingPanel.Web.Tests.Security;

/// <summary>Whatever the panel answers carries the headers that keep browsers safe, each once.</summary>
public sealed class SecurityHeadersTests(PanelApp app) : ApiTest(app)
{
    [Theory]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("GET", "/account/sign-in", 200)]
    [InlineData("GET", "/api/docs/index.html", 200)]
    [InlineData("GET", "/api/v1/openapi.json", 200)]
    [InlineData("GET", "/css/theme.css", 200)]
    [InlineData("HEAD", "/css/theme.css", 200)]
    [InlineData("GET", "/favicon.svg", 200)]
    [InlineData("GET", "/_content/Radzen.Blazor/css/material.css", 200)]
    [InlineData("GET", "/", 302)]
    [InlineData("GET", "/sites", 302)]
    [InlineData("GET", "/nothing", 302)]
    [InlineData("GET", "/api/docs", 301)]
    [InlineData("POST", "/account/sign-in", 400)]
    [InlineData("GET", "/_blazor", 401)]
    [InlineData("GET", "/api/v1/sites", 401)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("POST", "/nothing", 404)]
    [InlineData("PUT", "/sites", 405)]
    [InlineData("TRACE", "/api/v1/sites", 405)]
    [InlineData("GET", "/api/v1/sites?search=%00", 400)]
    public async Task Every_answer_to_a_stranger_is_safe(string method, string path, int status)
    {
        using var http = App.Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await SafeAsync(http, request, status);
    }

    [Theory]
    [InlineData("evil.example", "/")]
    [InlineData("evil.example", "/api/v1/sites")]
    public async Task An_answer_to_a_foreign_host_name_is_safe(string host, string path)
    {
        using var http = App.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        await SafeAsync(http, request, 421);
    }

    [Theory]
    [InlineData("/account/sign-in")]
    [InlineData("/api/v1/sites")]
    public async Task An_answer_to_a_page_of_another_origin_is_safe(string path)
    {
        using var http = App.Http(App.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Origin", "https://evil.example");
        await SafeAsync(http, request, 403);
    }

    [Theory]
    [InlineData("{}", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("x", "text/plain", 415)]
    public async Task A_refusal_of_the_API_is_safe(string body, string type, int status)
    {
        using var http = App.Http(App.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sites")
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        await SafeAsync(http, request, status);
    }

    [Fact]
    public async Task A_stream_of_events_is_safe()
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, "Running");
        using var http = App.Http(App.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/operations/{made.Operation.Id}/events");
        await SafeAsync(http, request, 200);
    }

    [Theory]
    [InlineData("/api/v1/organisations", "organisations", 500)]
    [InlineData("/sites", "accounts", 500)]
    public async Task The_answer_to_a_failure_of_the_panels_own_is_safe(string path, string table, int status)
    {
        var session = await App.NewSessionAsync();
        await App.ExecuteAsync($"ALTER TABLE {table} RENAME COLUMN id TO lost_id");
        try
        {
            using var http = App.Http(App.Secret);
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Cookie", session);
            await SafeAsync(http, request, status);
        }
        finally
        {
            await App.ExecuteAsync($"ALTER TABLE {table} RENAME COLUMN lost_id TO id");
        }
    }

    private static async Task SafeAsync(HttpClient http, HttpRequestMessage request, int status)
    {
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
        string Header(string name) => Assert.Single(response.Headers.TryGetValues(name, out var values) ? values : []);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Header("Permissions-Policy"), StringComparison.Ordinal);
        var policy = Header("Content-Security-Policy");
        Assert.Contains("default-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Contains("report-to csp", policy, StringComparison.Ordinal);
        Assert.Equal("csp=\"/csp-report\"", Header("Reporting-Endpoints"));
        Assert.False(response.Headers.Contains("Server"));
    }
}
