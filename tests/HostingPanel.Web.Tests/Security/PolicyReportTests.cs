using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HostingPanel.Web.Security;
using HostingPanel.Web.Tests.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Web.Tests.Security;

/// <summary>What browsers report of the content security policy is read, whoever sends it, and written down without obeying it.</summary>
public sealed class PolicyReportTests(PanelApp app) : ApiTest(app)
{
    private const string Older =
        """{"csp-report":{"document-uri":"https://panel.localhost/set-up?link=secret","effective-directive":"script-src-elem","blocked-uri":"https://evil.example/x.js?y"}}""";

    [Theory]
    [InlineData(Older, "application/csp-report", HttpStatusCode.NoContent)]
    [InlineData("[]", "application/reports+json", HttpStatusCode.NoContent)]
    [InlineData("{", "application/csp-report", HttpStatusCode.BadRequest)]
    [InlineData("\"\"", "text/plain", HttpStatusCode.NoContent)]
    public async Task A_report_needs_no_account_and_may_come_from_nowhere(string body, string type, HttpStatusCode status)
    {
        using var http = App.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, PolicyReports.Path);
        request.Headers.Add("Origin", "null");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task What_was_stopped_is_told_once_an_hour_without_the_secrets_and_escapes_in_it()
    {
        var (log, time) = (new CapturedLog(), new FakeTimeProvider());
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var reports = new PolicyReports(loggers.CreateLogger<PolicyReports>(), time);
        Assert.IsType<NoContent>(await SendAsync(reports, Older));
        Assert.IsType<NoContent>(await SendAsync(reports, Older));
        Assert.Equal(
            "The content security policy has stopped script-src-elem: https://evil.example/x.js on https://panel.localhost/set-up (told once an hour).",
            Assert.Single(log.Faults).Message
        );
        time.Advance(TimeSpan.FromHours(1));
        await SendAsync(reports, Older);
        Assert.Equal(2, log.Faults.Count);

        log.Clear();
        await SendAsync(
            reports,
            """[{"type":"csp-violation","body":{"effectiveDirective":"img-src","blockedURL":"x\u001b[31m\nfail: ","documentURL":"/"}},{"type":"crash"}]"""
        );
        Assert.Contains("img-src: x··31m·fail:· on /", Assert.Single(log.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_reports_is_a_few_lines()
    {
        var log = new CapturedLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var reports = new PolicyReports(loggers.CreateLogger<PolicyReports>(), new FakeTimeProvider());
        for (var kind = 0; kind < 3 * PolicyReports.MaxKinds; kind++)
        {
            await SendAsync(reports, Older.Replace("x.js", $"{kind}.js", StringComparison.Ordinal));
        }

        Assert.Equal(PolicyReports.MaxKinds, log.Faults.Count);
        var large = await SendAsync(reports, new string(' ', PolicyReports.MaxBytes + 1));
        Assert.Equal(413, Assert.IsType<StatusCodeHttpResult>(large).StatusCode);
    }

    private static Task<IResult> SendAsync(PolicyReports reports, string body)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return reports.TakeAsync(context.Request);
    }
}
