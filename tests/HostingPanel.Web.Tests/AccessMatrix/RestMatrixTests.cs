using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HostingPanel.Web.Api;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.AccessMatrix;

/// <summary>
/// Every endpoint of the REST API × everybody, at what is theirs and at what is another organisation's. The endpoints are the program's own
/// list: a new one without a line in <see cref="RestTable"/> fails here.
/// </summary>
public sealed class RestMatrixTests(AccessApp app) : AccessTest(app), IClassFixture<AccessApp>
{
    [Fact]
    public void Every_endpoint_has_a_line_in_the_table_and_every_line_an_endpoint()
    {
        var names = Endpoints().Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var missing = names.Except(RestTable.Rules.Keys).ToList();
        Assert.True(missing.Count == 0, $"Say in RestTable who may call: {string.Join(", ", missing)}.");
        Assert.Empty(RestTable.Rules.Keys.Except(names));
    }

    [Fact]
    public async Task Everybody_may_what_the_table_says_and_nothing_else()
    {
        var world = await NewWorldAsync();
        var wrong = new List<string>();
        foreach (var endpoint in Endpoints())
        {
            var rule = RestTable.Rules[NameOf(endpoint)];
            foreach (var who in Enum.GetValues<Who>())
            {
                foreach (var own in (bool[])[false, true])
                {
                    if (who == Who.OtherTenant && !own)
                    {
                        // At what is theirs they are an owner.
                        continue;
                    }

                    var (actual, text) = await CallAsync(
                        world,
                        endpoint,
                        who,
                        own && who != Who.OtherTenant ? world.Own : Other(world, who)
                    );
                    var expected = rule.For(who, own);
                    if (actual != expected)
                    {
                        wrong.Add($"{NameOf(endpoint)} by {who} at {(own ? "their own" : "another's")}: {actual}, not {expected}. {text}");
                    }

                    if (expected == Answer.Passes && rule.Where == Where.Anywhere && !IsStaff(who) && Tells(text, Hidden(world, who)))
                    {
                        wrong.Add($"{NameOf(endpoint)} tells {who} of another organisation: {text}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of the matrix:\n{string.Join('\n', wrong.Take(40))}");
    }

    [Fact]
    public async Task Ids_of_another_organisation_behind_ones_own_site_lead_nowhere()
    {
        var world = await NewWorldAsync();
        var mixed = world.Foreign with { Organisation = world.Own.Organisation, Site = world.Own.Site };
        var both = Endpoints()
            .Where(endpoint => endpoint.RoutePattern.RawText!.Contains("{slug}", StringComparison.Ordinal))
            .Where(endpoint => endpoint.RoutePattern.RawText!.Contains("{id", StringComparison.Ordinal))
            .Where(endpoint => !RestTable.Rules[NameOf(endpoint)].IsAboutNothing)
            .ToList();
        Assert.True(both.Count > 10, "The list is generated; it can't be this short.");
        foreach (var endpoint in both)
        {
            foreach (var who in (Who[])[Who.Owner, Who.Administrator])
            {
                var (answer, text) = await CallAsync(world, endpoint, who, mixed);
                Assert.True(
                    answer is Answer.NotFound || (who == Who.Owner && answer is Answer.NotPermitted),
                    $"{NameOf(endpoint)} by {who}: {answer}. {text}"
                );
            }
        }
    }

    private static Belongings Other(AccessWorld world, Who who) => who == Who.OtherTenant ? world.Own : world.Foreign;

    private static Belongings Hidden(AccessWorld world, Who who) => who == Who.OtherTenant ? world.Own : world.Foreign;

    private static bool IsStaff(Who who) => who is Who.Administrator or Who.Operator or Who.Auditor or Who.ReadOnlyToken;

    private static bool Tells(string text, Belongings hidden) =>
        text.Contains($"\"{hidden.Site}\"", StringComparison.Ordinal)
        || text.Contains($"\"{hidden.Organisation}\"", StringComparison.Ordinal);

    private async Task<(Answer Answer, string Text)> CallAsync(AccessWorld world, RouteEndpoint endpoint, Who who, Belongings at)
    {
        var name = NameOf(endpoint);
        if (
            name
            is "removeMember"
                or "updateMember"
                or "takeSiteAccess"
                or "giveSiteAccess"
                or "revokeToken"
                or "deleteDownload"
                or "takeDownload"
        )
        {
            await world.RefillAsync(at);
        }

        using var http = App.Http(world.SecretOf(who));
        using var request = new HttpRequestMessage(MethodOf(endpoint), AddressOf(endpoint, at));
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Delete)
        {
            request.Content = ContentOf(name);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var text = response.Content.Headers.ContentType?.MediaType is "text/event-stream"
            ? string.Empty
            : await response.Content.ReadAsStringAsync(Cancellation);
        return (
            response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => Answer.NotKnown,
                HttpStatusCode.Forbidden when text.Contains("\"not-permitted\"", StringComparison.Ordinal) => Answer.NotPermitted,
                HttpStatusCode.NotFound when !RestTable.Rules[name].IsAboutNothing => Answer.NotFound,
                _ => Answer.Passes,
            },
            text[..Math.Min(text.Length, 2000)]
        );
    }

    private static HttpContent ContentOf(string name)
    {
        if (name != "createUpload")
        {
            return new StringContent(
                name switch
                {
                    "restoreBackup" => """{"mode":"in-place"}""",
                    "setSiteAliases" => """{"aliases":"redirect"}""",
                    _ => "{}",
                },
                Encoding.UTF8,
                "application/json"
            );
        }

        // No archive by its name, so nothing is kept.
        var file = new ByteArrayContent([1, 2, 3]);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { file, "file", "no-archive.txt" } };
    }

    private static Uri AddressOf(RouteEndpoint endpoint, Belongings at)
    {
        var name = NameOf(endpoint);
        var path = new StringBuilder();
        foreach (var segment in endpoint.RoutePattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(
                    part is RoutePatternParameterPart parameter
                        ? ValueOf(endpoint, name, parameter.Name, at)
                        : ((RoutePatternLiteralPart)part).Content
                );
            }
        }

        var query = name switch
        {
            "listBackupFiles" => "?volume=copy",
            "planRestore" => "?mode=in-place",
            _ => string.Empty,
        };
        return new Uri(path + query, UriKind.Relative);
    }

    private static string ValueOf(RouteEndpoint endpoint, string name, string parameter, Belongings at)
    {
        var path = endpoint.RoutePattern.RawText!;
        return parameter switch
        {
            "slug" => path.Contains("/organisations/", StringComparison.Ordinal) ? at.Organisation : at.Site,
            "accountId" => at.Member.ToString(),
            "host" => $"{at.Site}.localhost",
            "database" => "main",
            "plan" => "small",
            "name" => name == "runSiteCron" ? "wp-cron" : "nothing",
            "id" when path.Contains("/volumes/", StringComparison.Ordinal) => at.Volume.ToString(),
            "id" when path.Contains("/repositories/", StringComparison.Ordinal) => Guid.Empty.ToString(),
            "id" when path.Contains("/drills/", StringComparison.Ordinal) => at.Drill.ToString(),
            "id" when path.Contains("/sites/", StringComparison.Ordinal) => at.Point.ToString(),
            "id" when path.Contains("/operations/", StringComparison.Ordinal) => at.Operation.ToString(),
            "id" when path.Contains("/tokens/", StringComparison.Ordinal) => at.Token.ToString(),
            "id" when path.Contains("/downloads/", StringComparison.Ordinal) => at.Download.ToString(),
            "id" => Guid.Empty.ToString(),
            _ => throw new InvalidOperationException($"What stands for {parameter} of {path} is not written down."),
        };
    }

    private IEnumerable<RouteEndpoint> Endpoints() =>
        App
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal))
            // The description of the API, which is everybody's.
            .Where(endpoint => !endpoint.RoutePattern.RawText!.EndsWith("/openapi.json", StringComparison.Ordinal))
            .OrderBy(NameOf, StringComparer.Ordinal);

    private static string NameOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ApiDocument.OperationName>()?.Value ?? endpoint.RoutePattern.RawText!;

    private static HttpMethod MethodOf(RouteEndpoint endpoint) => new(endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0]);
}
