using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Api;

public sealed partial class ApiDocumentTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task The_document_describes_every_route_of_the_API_with_a_summary_a_name_and_its_refusals()
    {
        var document = await DocumentAsync();
        var routes = App
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("/api/v1/", StringComparison.Ordinal) == true)
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
                    (Path: endpoint.RoutePattern.RawText!.TrimEnd('/').Replace(":guid", string.Empty, StringComparison.Ordinal), method)
                )
            )
            .Where(route => !route.Path.EndsWith("openapi.json", StringComparison.Ordinal))
            .ToHashSet();
        var described = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => (path.Name, method.Name.ToUpperInvariant())))
            .ToHashSet();
        Assert.Equal(routes.Order(), described.Order());

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var (path, operation) in document
                .GetProperty("paths")
                .EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(method => (path.Name, method.Value)))
        )
        {
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            Assert.True(names.Add(operation.GetProperty("operationId").GetString()!), path);
            if (!path.EndsWith('z'))
            {
                var refusal = operation.GetProperty("responses").GetProperty("default").GetProperty("content");
                Assert.True(refusal.GetProperty("application/problem+json").GetProperty("examples").TryGetProperty("site-busy", out _));
            }
        }
    }

    [Fact]
    public async Task The_document_spells_words_and_texts_as_the_contract_does()
    {
        var document = await DocumentAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Equal(
            ["queued", "running", "succeeded", "failed", "cancelled"],
            schemas.GetProperty("OperationState").GetProperty("enum").EnumerateArray().Select(word => word.GetString())
        );
        var slug = schemas.GetProperty("Site").GetProperty("properties").GetProperty("slug");
        Assert.Equal("string", slug.GetProperty("type").GetString());
        Assert.Equal(
            "bearer",
            document.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString()
        );
    }

    [Fact]
    public async Task The_document_tells_of_streams_addresses_and_degraded_answers_and_what_a_request_must_have()
    {
        var document = await DocumentAsync();
        var paths = document.GetProperty("paths");
        foreach (var path in new[] { "/api/v1/sites/{slug}/logs", "/api/v1/operations/{id}/log" })
        {
            var content = paths.GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content");
            Assert.Equal(
                ["application/json", "text/event-stream"],
                content.EnumerateObject().Select(type => type.Name).Order(StringComparer.Ordinal)
            );
        }

        var accepted = paths.GetProperty("/api/v1/sites").GetProperty("post").GetProperty("responses").GetProperty("202");
        Assert.True(accepted.GetProperty("headers").TryGetProperty("Location", out _));
        Assert.True(paths.GetProperty("/api/v1/readyz").GetProperty("get").GetProperty("responses").TryGetProperty("503", out _));
        var wanted = document.GetProperty("components").GetProperty("schemas").GetProperty("CreateSiteRequest").GetProperty("properties");
        Assert.Equal("string", wanted.GetProperty("slug").GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_document_does_not_repeat_what_the_asker_says_about_hosts()
    {
        using var http = App.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/openapi.json");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        using var response = await http.SendAsync(request, Cancellation);
        Assert.DoesNotContain("evil", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_needs_nothing_from_elsewhere()
    {
        using var http = App.Http();
        var page = await http.GetStringAsync(new Uri("/api/docs/index.html", UriKind.Relative), Cancellation);
        Assert.Contains("swagger-ui", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)=""(https?:)?//", page);
        foreach (Match reference in References().Matches(page))
        {
            using var part = await http.GetAsync(new Uri($"/api/docs/{reference.Groups[1].Value}", UriKind.Relative), Cancellation);
            Assert.True(part.IsSuccessStatusCode, reference.Value);
            Assert.True((await part.Content.ReadAsByteArrayAsync(Cancellation)).Length > 0, reference.Value);
        }

        // Inline scripts would not run under the content security policy.
        Assert.DoesNotMatch(@"<script[^>]*>\s*[^<\s]", page);
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var http = App.Http();
        var text = await http.GetStringAsync(new Uri("/api/v1/openapi.json", UriKind.Relative), Cancellation);
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    [GeneratedRegex("(?:src|href)=\"\\./([^\"]+)\"")]
    private static partial Regex References();
}
