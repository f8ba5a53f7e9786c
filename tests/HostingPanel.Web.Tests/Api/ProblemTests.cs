using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace HostingPanel.Web.Tests.Api;

/// <summary>Whatever goes wrong below /api is a problem document with a code.</summary>
public sealed class ProblemTests(PanelApp app) : ApiTest(app)
{
    [Theory]
    [InlineData("{", "malformed-json")]
    [InlineData("", "bad-request")]
    [InlineData("[]", "malformed-json")]
    [InlineData("\"text\"", "malformed-json")]
    [InlineData("{\"slug\": tru}", "malformed-json")]
    [InlineData("null", "bad-request")]
    public async Task A_body_that_is_not_the_expected_object_is_told(string body, string code)
    {
        var problem = await PostAsync("/api/v1/organisations", body);
        Assert.Equal((400, code), (problem.Status, problem.Code));
    }

    [Theory]
    [InlineData("{\"slug\":\"a\",\"nmae\":\"b\"}", "nmae", "slug, name, plan")]
    [InlineData("{\"slug\":\"a\",\"Name\":\"b\"}", "Name", "slug, name, plan")]
    [InlineData("{\"slug\":\"a\",\"maxSites\":1000}", "maxSites", "slug, name, plan")]
    [InlineData("{\"slug\":1}", "slug", "wrong type")]
    [InlineData("{\"slug\":\"a\\u0000b\"}", "slug", "wrong type")]
    [InlineData("{\"slug\":\"a\",\"slug\":\"b\"}", "slug", "given twice")]
    public async Task A_member_that_means_nothing_here_is_named(string body, string path, string message)
    {
        var problem = await PostAsync("/api/v1/organisations", body);
        Assert.Equal((400, "invalid-request"), (problem.Status, problem.Code));
        var error = Assert.Single(problem.Errors!);
        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("state")]
    [InlineData("shortId")]
    [InlineData("subnetIndex")]
    public async Task A_site_can_not_be_given_what_is_not_the_callers_to_give(string member)
    {
        var problem = await PostAsync("/api/v1/sites", $$"""{"slug":"a","{{member}}":"x"}""");
        Assert.Equal((400, member), (problem.Status, Assert.Single(problem.Errors!).Path));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    public async Task A_body_of_the_wrong_content_type_is_refused(string type)
    {
        var problem = await PostAsync("/api/v1/organisations", "{}", type);
        Assert.Equal((415, "unsupported-media-type"), (problem.Status, problem.Code));
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "no-such-route")]
    [InlineData("GET", "/api", 404, "no-such-route")]
    [InlineData("GET", "/api/v2/sites", 404, "no-such-route")]
    [InlineData("GET", "/api/v1/operations/not-an-id", 404, "no-such-route")]
    [InlineData("PUT", "/api/v1/sites/a", 405, "method-not-allowed")]
    [InlineData("DELETE", "/api/v1/sites", 405, "method-not-allowed")]
    [InlineData("POST", "/api/v1/plans", 405, "method-not-allowed")]
    [InlineData("OPTIONS", "/api/v1/sites", 405, "method-not-allowed")]
    [InlineData("GET", "/api/v1/sites?limit=abc", 400, "invalid-request")]
    [InlineData("GET", "/api/v1/sites?limit=0", 400, "invalid-request")]
    [InlineData("GET", "/api/v1/sites?limit=201", 400, "invalid-request")]
    [InlineData("GET", "/api/v1/sites?trashed=maybe", 400, "invalid-request")]
    [InlineData("GET", "/api/v1/sites?search=%00", 400, "invalid-request")]
    [InlineData("GET", "/api/v1/operations?cursor=abc", 400, "invalid-request")]
    [InlineData("GET", "/api/v1/tokens?cursor=abc", 400, "invalid-request")]
    public async Task A_wrong_address_or_method_is_told(string method, string path, int status, string code)
    {
        using var http = App.Http(App.Secret);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await http.SendAsync(request, Cancellation);
        var problem = await ProblemAsync(response);
        Assert.Equal((status, code), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task A_parameter_of_the_wrong_form_is_named()
    {
        using var http = App.Http(App.Secret);
        using var response = await http.GetAsync(new Uri("/api/v1/sites?limit=abc&trashed=maybe", UriKind.Relative), Cancellation);
        Assert.Equal(["trashed", "limit"], (await ProblemAsync(response)).Errors!.Select(error => error.Path));
    }

    [Fact]
    public async Task A_body_larger_than_any_request_is_refused()
    {
        var problem = await PostAsync("/api/v1/organisations", $"{{\"slug\":\"{new string('a', 2 << 20)}\"}}");
        Assert.Equal((413, "body-too-large"), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task A_method_override_overrides_nothing()
    {
        var organisation = await NewOrganisationAsync();
        using var http = App.Http(App.Secret);
        http.DefaultRequestHeaders.Add("X-HTTP-Method-Override", "DELETE");
        using var response = await http.GetAsync(new Uri($"/api/v1/organisations/{organisation.Slug}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Api.Organisations.GetAsync(organisation.Slug, Cancellation);
    }

    [Fact]
    public async Task A_text_with_markup_and_terminal_escapes_comes_back_as_inert_json()
    {
        var problem = await PostAsync("/api/v1/sites", """{"blueprint":"<script>alert(1)</script>"}""");
        Assert.Contains(problem.Errors!, error => error.Message.Contains("<script>", StringComparison.Ordinal));
    }

    private async Task<Client.Problem> PostAsync(string path, string body, string type = "application/json")
    {
        using var http = App.Http(App.Secret);
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        return await ProblemAsync(response);
    }
}
