using System.Net;
using System.Text.RegularExpressions;
using HostingPanel.Web.Guide;
using HostingPanel.Web.Tests.Api;

namespace HostingPanel.Web.Tests.Guide;

/// <summary>The user guide: each page opens for whoever is signed in, and leads to pages that are there.</summary>
public sealed partial class GuideTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task Every_page_opens_and_its_links_lead_somewhere()
    {
        var session = await App.NewSessionAsync();
        var contents = await GetAsync(session, "/guide");
        Assert.Equal(HttpStatusCode.OK, contents.Status);
        foreach (var topic in GuideTopic.All)
        {
            Assert.Contains($"href=\"guide/{topic.Path}\"", contents.Body, StringComparison.Ordinal);
            var (status, body) = await GetAsync(session, $"/guide/{topic.Path}");
            Assert.Equal((topic.Path, HttpStatusCode.OK), (topic.Path, status));
            Assert.Contains($"<h1>{topic.Title}</h1>", body, StringComparison.Ordinal);
            Assert.All(LinkToTopic().Matches(body), link => Assert.NotNull(GuideTopic.Find(link.Groups[1].Value)));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(session, "/guide/nothing")).Status);
    }

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in() => Assert.Equal(HttpStatusCode.Redirect, (await GetAsync(null, "/guide")).Status);

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string? session, string path)
    {
        using var http = App.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html");
        if (session is not null)
        {
            request.Headers.Add("Cookie", session);
        }

        using var response = await http.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [GeneratedRegex("href=\"guide/([^\"]+)\"")]
    private static partial Regex LinkToTopic();
}
