using System.Net;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Api;

/// <summary>Who may come in. The list of routes is the application's own, so that a new one can't be forgotten.</summary>
public sealed class ClosedDoorTests(PanelApp app) : ApiTest(app)
{
    private static readonly string[] Anonymous = ["/healthz", "/readyz", "/api/v1/healthz", "/api/v1/readyz", "/api/v1/openapi.json"];
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

    [Fact]
    public void Only_the_expected_endpoints_of_the_API_are_open()
    {
        var open = Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(PathOf);
        Assert.Superset(Anonymous.ToHashSet(), open.ToHashSet());
        Assert.DoesNotContain(
            open,
            path => path.StartsWith("/api", StringComparison.Ordinal) && !Anonymous.Contains(path, StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer hpt_0000000000000000000000000000000000000000000")]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task Every_route_of_the_API_refuses_whoever_has_no_good_token(string? authorization)
    {
        var routes = Endpoints()
            .Where(endpoint => PathOf(endpoint).StartsWith("/api/", StringComparison.Ordinal))
            .Where(endpoint => !Anonymous.Contains(PathOf(endpoint), StringComparer.Ordinal))
            .GroupBy(PathOf, endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods, StringComparer.Ordinal)
            .ToDictionary(route => route.Key, route => route.SelectMany(methods => methods).ToHashSet(), StringComparer.Ordinal);
        Assert.True(routes.Count > 15, "The list of routes is generated; it can't be this short.");
        routes["/api/v1/nothing"] = [];
        var before = await CountAsync();
        using var http = App.Http();
        foreach (var (path, method) in routes.Keys.SelectMany(path => Methods.Select(method => (path, method))))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using var response = await http.SendAsync(request, Cancellation);
            // What there is and what it takes stands in the public source; that it is so tells a stranger nothing.
            var expected =
                routes[path].Contains(method) ? HttpStatusCode.Unauthorized
                : routes[path].Count > 0 ? HttpStatusCode.MethodNotAllowed
                : HttpStatusCode.NotFound;
            Assert.Equal((method, path, expected), (method, path, response.StatusCode));
            if (method is not "HEAD")
            {
                await ProblemAsync(response);
            }
        }

        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task A_refusal_says_how_to_come_in()
    {
        using var http = App.Http();
        using var response = await http.GetAsync(new Uri("/api/v1/sites", UriKind.Relative), Cancellation);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("not-authenticated", (await ProblemAsync(response)).Code);
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("token")]
    [InlineData("Authorization")]
    public async Task A_token_in_the_address_opens_nothing(string parameter)
    {
        using var http = App.Http();
        using var response = await http.GetAsync(new Uri($"/api/v1/sites?{parameter}={App.Secret}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_session_cookie_opens_pages_and_no_API_and_a_token_the_other_way_round()
    {
        var cookie = await App.NewSessionAsync();
        // The key that protects it is where every web container finds it.
        Assert.Equal(1L, await App.ScalarAsync<long>("SELECT count(*) FROM data_protection_keys"));
        using var signedIn = App.Http();
        signedIn.DefaultRequestHeaders.Add("Cookie", cookie);
        using var withToken = App.Http(App.Secret);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(signedIn, "/sites"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(signedIn, "/api/v1/sites"));
        Assert.Equal(HttpStatusCode.Found, await StatusAsync(withToken, "/sites"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(withToken, "/api/v1/sites"));
    }

    [Fact]
    public async Task Every_page_but_those_that_let_people_in_sends_strangers_to_sign_in()
    {
        var pages = Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null).ToList();
        var open = pages.Where(page => page.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(PathOf);
        Assert.Equal(
            [
                "/account/confirm-email",
                "/account/forgot",
                "/account/reset",
                CookieSignIn.SignInPath,
                CookieSignIn.CodePath,
                CookieSignIn.SetUpFactorPath,
                "/invitation",
                "/set-up",
            ],
            open.Order(StringComparer.Ordinal)
        );

        using var http = App.Http();
        foreach (var page in pages.Where(page => page.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            using var response = await http.GetAsync(new Uri(PathOf(page), UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.Found, response.StatusCode);
            Assert.StartsWith(
                $"{CookieSignIn.SignInPath}?{CookieSignIn.ReturnUrlParameter}=%2F",
                response.Headers.Location!.PathAndQuery,
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://panel.localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("http://panel.localhost", HttpStatusCode.BadRequest)]
    public async Task A_post_from_a_page_of_another_origin_is_refused_before_it_is_read(string origin, HttpStatusCode expected)
    {
        using var http = App.Http(App.Secret);
        http.DefaultRequestHeaders.Add("Origin", origin);
        using var content = new StringContent("{}", null, "application/json");
        using var response = await http.PostAsync(new Uri("/api/v1/sites", UriKind.Relative), content, Cancellation);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("evil.example", "/api/v1/sites", 421)]
    [InlineData("evil.example", "/api/v1/nothing", 421)]
    [InlineData("localhost", "/api/v1/sites", 421)]
    [InlineData("panel.localhost.evil.example", "/", 421)]
    [InlineData("web:8080", "/api/v1/sites", 200)]
    [InlineData("PANEL.localhost:8443", "/api/v1/sites", 200)]
    [InlineData("localhost:8080", "/healthz", 200)]
    [InlineData("127.0.0.1:8080", "/readyz", 200)]
    public async Task Only_the_panels_own_host_names_are_answered(string host, string path, int status)
    {
        await App.BeatAsync();
        using var http = App.Http(App.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 421 && path.StartsWith("/api", StringComparison.Ordinal))
        {
            Assert.Equal("unknown-host", (await ProblemAsync(response)).Code);
        }
    }

    private IEnumerable<RouteEndpoint> Endpoints() =>
        App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string PathOf(RouteEndpoint endpoint) =>
        "/"
        + (endpoint.RoutePattern.RawText ?? string.Empty)
            .Trim('/')
            .Replace("{slug}", "food-bank", StringComparison.Ordinal)
            .Replace("{id:guid}", "019a7f2e-5b1c-7c3d-9e4f-0a1b2c3d4e5f", StringComparison.Ordinal)
            .Replace("{accountId:guid}", "019a7f2e-5b1c-7c3d-9e4f-0a1b2c3d4e5f", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return response.StatusCode;
    }

    private Task<long> CountAsync() =>
        App.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM sites) + (SELECT count(*) FROM operations) + (SELECT count(*) FROM api_tokens)"
        );
}
