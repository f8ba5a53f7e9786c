using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Api;

/// <summary>Every verb on every route of the application's own list (ABUSE.md, 15).</summary>
public sealed class MethodTests(PanelApp app) : ApiTest(app)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "FOO"];
    private static readonly string[] Overrides = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    [Fact]
    public async Task A_route_of_the_API_refuses_every_other_verb_and_says_which_it_takes()
    {
        using var http = App.Http(App.Secret);
        foreach (var (path, taken) in Routes().Where(route => route.Key.StartsWith("/api/", StringComparison.Ordinal)))
        {
            foreach (var method in Methods.Except(taken))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var response = await http.SendAsync(request, Cancellation);
                Assert.Equal((method, path, 405), (method, path, (int)response.StatusCode));
                Assert.Equal(taken.Order(), response.Content.Headers.Allow.Order());
                if (method is not "HEAD")
                {
                    var problem = await ProblemAsync(response);
                    Assert.Equal("method-not-allowed", problem.Code);
                    Assert.All(taken, verb => Assert.Contains(verb, problem.Detail, StringComparison.Ordinal));
                }
            }
        }
    }

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/sites/a/b/c")]
    [InlineData("/api/v1/")]
    [InlineData("/api/v1")]
    public async Task An_unknown_address_of_the_API_is_unknown_to_everybody_and_every_verb(string path)
    {
        foreach (var token in (string?[])[null, App.Secret])
        {
            using var http = App.Http(token);
            foreach (var method in Methods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var response = await http.SendAsync(request, Cancellation);
                Assert.Equal((method, 404), (method, (int)response.StatusCode));
                if (method is not "HEAD")
                {
                    Assert.Equal("no-such-route", (await ProblemAsync(response)).Code);
                }
            }
        }
    }

    [Fact]
    public async Task Unusual_verbs_open_no_page_and_do_nothing_without_a_session()
    {
        var before = await RowsAsync();
        using var http = App.Http();
        foreach (var (path, taken) in Routes().Append(new("/nothing", [])))
        {
            foreach (var method in (string[])["OPTIONS", "HEAD", "TRACE", "PUT", "PATCH", "DELETE", "FOO"])
            {
                // A picture may be looked at by anybody in any way that it has.
                if (taken.Contains(method) && path.Contains('.', StringComparison.Ordinal))
                {
                    continue;
                }

                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var response = await http.SendAsync(request, Cancellation);
                Assert.True(
                    response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed,
                    $"{method} {path} answered {(int)response.StatusCode}"
                );
            }
        }

        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task A_method_override_overrides_nothing()
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, "Running");
        var (site, organisation) = (made.Site!.Slug, made.Site.Organisation);
        var before = await RowsAsync();
        using var http = App.Http(App.Secret);
        foreach (
            var path in (string[])[$"/api/v1/sites/{site}", $"/api/v1/organisations/{organisation}", "/api/v1/sites", "/api/v1/tokens"]
        )
        {
            foreach (var (header, method) in Overrides.SelectMany(header => Methods.Select(method => (header, method))))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?_method={method}");
                request.Headers.Add(header, method);
                using var response = await http.SendAsync(request, Cancellation);
                Assert.Equal((path, header, method, 200), (path, header, method, (int)response.StatusCode));
            }
        }

        // The other way round: what would be a DELETE stays a POST, which this address does not take.
        foreach (var header in Overrides)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sites/{site}?_method=DELETE");
            request.Headers.Add(header, "DELETE");
            using var response = await http.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        }

        Assert.Equal(before, await RowsAsync());
    }

    /// <summary>Every address with the verbs that it takes; those that name none take all.</summary>
    private Dictionary<string, HashSet<string>> Routes() =>
        App
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .GroupBy(PathOf, endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [], StringComparer.Ordinal)
            .ToDictionary(route => route.Key, route => route.SelectMany(methods => methods).ToHashSet(), StringComparer.Ordinal);

    private static string PathOf(RouteEndpoint endpoint) =>
        "/"
        + endpoint
            .RoutePattern.RawText!.Trim('/')
            .Replace("{slug}", "food-bank", StringComparison.Ordinal)
            .Replace("{Slug}", "food-bank", StringComparison.Ordinal)
            .Replace("{id:guid}", "019a7f2e-5b1c-7c3d-9e4f-0a1b2c3d4e5f", StringComparison.Ordinal)
            .Replace("{Id:guid}", "019a7f2e-5b1c-7c3d-9e4f-0a1b2c3d4e5f", StringComparison.Ordinal);

    private Task<string> RowsAsync() =>
        App.ScalarAsync<string>(
            "SELECT concat_ws(' ', (SELECT count(*) FROM sites), (SELECT count(*) FROM operations), (SELECT count(*) FROM api_tokens), "
                + "(SELECT count(*) FROM organisations), (SELECT count(*) FROM accounts), (SELECT string_agg(state, ',' ORDER BY slug) FROM sites))"
        );
}
