using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace HostingPanel.Web.Tests.AccessMatrix;

/// <summary>
/// Every page × everybody who has a session. The pages are the program's own list: a new one without a line here fails. What a page shows
/// its use cases decide, see <see cref="MethodMatrixTests"/>.
/// </summary>
public sealed partial class PageMatrixTests(AccessApp app) : AccessTest(app), IClassFixture<AccessApp>
{
    private static readonly Dictionary<string, Rule> Rules = new(StringComparer.Ordinal)
    {
        ["SignInPage"] = new(Where.Open),
        ["SetUpPage"] = new(Where.Open),
        ["CodePage"] = new(Where.Open),
        ["SetUpFactorPage"] = new(Where.Open),
        ["ForgotPage"] = new(Where.Open),
        ["ResetPage"] = new(Where.Open),
        ["ConfirmEmailPage"] = new(Where.Open),
        ["InvitationPage"] = new(Where.Open),
        ["SignOutPage"] = new(Where.SignedIn),
        ["AccountOverview"] = new(Where.SignedIn),
        ["PasswordPage"] = new(Where.SignedIn),
        ["EmailPage"] = new(Where.SignedIn),
        ["FactorPage"] = new(Where.SignedIn),
        ["PasskeyPage"] = new(Where.SignedIn),
        ["ConfirmPage"] = new(Where.SignedIn),
        ["PeoplePage"] = new(Where.Provider, "people.read"),
        ["MailPage"] = new(Where.Provider, "settings.read"),
        ["NotFoundPage"] = new(Where.SignedIn),
        ["SitesPage"] = new(Where.Anywhere, "sites.read"),
        ["SitePage"] = new(Where.Anywhere, "sites.read"),
        ["BackupsPage"] = new(Where.Anywhere, "backups.read"),
        ["RestorePointPage"] = new(Where.Anywhere, "backups.read"),
        ["RestoreDrillPage"] = new(Where.Anywhere, "backups.read"),
        ["BackupContentsPage"] = new(Where.Anywhere, "backups.read"),
        ["PurgedSitePage"] = new(Where.Anywhere, "backups.read"),
        ["VolumesPage"] = new(Where.Anywhere, "volumes.read"),
        ["VolumePage"] = new(Where.Anywhere, "volumes.read"),
        ["OrganisationsPage"] = new(Where.Anywhere, "organisations.read"),
        ["OperationsPage"] = new(Where.Anywhere, "operations.read"),
        ["OperationPage"] = new(Where.Anywhere, "operations.read"),
        ["EnginePage"] = new(Where.Provider, "engine.read"),
        ["AuditPage"] = new(Where.Anywhere, "audit.read"),
        ["TokensPage"] = new(Where.Anywhere, "tokens.read"),
    };

    [Fact]
    public void Every_page_has_a_line_in_the_table_and_says_itself_what_it_needs()
    {
        var pages = Pages();
        var missing = pages.Select(page => page.Name).Except(Rules.Keys).ToList();
        Assert.True(missing.Count == 0, $"Say in PageMatrixTests who may open: {string.Join(", ", missing)}.");
        Assert.Empty(Rules.Keys.Except(pages.Select(page => page.Name)));
        foreach (var page in pages)
        {
            var rule = Rules[page.Name];
            Assert.Equal(
                rule.Where is Where.Open or Where.SignedIn ? [] : [$"may:{rule.Permission}"],
                page.GetCustomAttributes<AuthorizeAttribute>().Select(attribute => attribute.Policy).OfType<string>()
            );
            Assert.Equal(rule.Where == Where.Open, page.GetCustomAttribute<AllowAnonymousAttribute>() is not null);
        }
    }

    [Fact]
    public async Task A_page_opens_for_who_may_and_does_not_exist_for_others()
    {
        var world = await NewWorldAsync();
        foreach (var page in Pages().Where(page => Rules[page.Name].Where is not (Where.Open or Where.SignedIn)))
        {
            foreach (var who in Enum.GetValues<Who>().Where(who => who is not (Who.ReadOnlyToken or Who.SiteToken)))
            {
                using var http = App.Http();
                using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(page));
                request.Headers.Add("Accept", "text/html");
                if (world.AccountOf(who) is { } account)
                {
                    request.Headers.Add("Cookie", App.CookieOf(account));
                }

                using var response = await http.SendAsync(request, Cancellation);
                var expected = Rules[page.Name].For(who, own: true) switch
                {
                    Answer.Passes => HttpStatusCode.OK,
                    Answer.NotKnown => HttpStatusCode.Redirect,
                    _ => HttpStatusCode.NotFound,
                };
                Assert.True(
                    response.StatusCode == expected,
                    $"{page.Name} for {who}: {(int)response.StatusCode} {response.Headers.Location}, not {(int)expected}"
                );
            }
        }
    }

    private static Uri AddressOf(Type page) =>
        new(
            Parameters()
                .Replace(
                    page.GetCustomAttribute<RouteAttribute>()!.Template,
                    match => match.Value.Contains("guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : "nothing"
                ),
            UriKind.Relative
        );

    private static List<Type> Pages() =>
        [.. typeof(Web.Shell.App).Assembly.GetTypes().Where(type => type.GetCustomAttribute<RouteAttribute>() is not null)];

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Parameters();
}
