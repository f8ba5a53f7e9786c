using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;

namespace HostingPanel.Web.Tests.AccessMatrix;

/// <summary>
/// Every page × everybody who has a session. The pages are the program's own list: a new one without a line here fails. What a page shows
/// its use cases decide, see <see cref="MethodMatrixTests"/>.
/// </summary>
public sealed class PageMatrixTests(AccessApp app) : AccessTest(app), IClassFixture<AccessApp>
{
    /// <summary>
    /// The client area: who is a member, or works on a site there for a time; never the staff, who belong to no organisation here. A site's
    /// page and the list of sites are for those of a single site, too.
    /// </summary>
    private static readonly Dictionary<string, Rule> ClientRules = new(StringComparer.Ordinal)
    {
        ["ClientHomePage"] = new(Where.SignedIn, "sites.read"),
        ["ClientSitesPage"] = new(Where.Site, "sites.read"),
        ["ClientSitePage"] = new(Where.Site, "sites.read"),
        ["ClientPeoplePage"] = new(Where.Organisation, "members.read"),
        ["ClientActivityPage"] = new(Where.Organisation, "audit.read"),
        ["ClientUsagePage"] = new(Where.Organisation, "organisations.read"),
        ["ClientTokensPage"] = new(Where.Organisation, "tokens.read"),
    };

    private static readonly Who[] Staff = [Who.Administrator, Who.Operator, Who.Auditor];

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
        ["GuidePage"] = new(Where.SignedIn),
        ["AccountOverview"] = new(Where.SignedIn),
        ["PasswordPage"] = new(Where.SignedIn),
        ["EmailPage"] = new(Where.SignedIn),
        ["FactorPage"] = new(Where.SignedIn),
        ["PasskeyPage"] = new(Where.SignedIn),
        ["ConfirmPage"] = new(Where.SignedIn),
        ["PeoplePage"] = new(Where.Provider, "people.read"),
        ["MailPage"] = new(Where.Provider, "settings.read"),
        ["NotFoundPage"] = new(Where.SignedIn),
        ["SitesPage"] = new(Where.Provider, "sites.read"),
        ["SitePage"] = new(Where.Provider, "sites.read"),
        ["BackupsPage"] = new(Where.Provider, "backups.read"),
        ["RestorePointPage"] = new(Where.Provider, "backups.read"),
        ["RestoreDrillPage"] = new(Where.Provider, "backups.read"),
        ["BackupContentsPage"] = new(Where.Provider, "backups.read"),
        ["PurgedSitePage"] = new(Where.Provider, "backups.read"),
        ["CertificatesPage"] = new(Where.Provider, "sites.read"),
        ["VolumesPage"] = new(Where.Provider, "volumes.read"),
        ["VolumePage"] = new(Where.Provider, "volumes.read"),
        ["OrganisationsPage"] = new(Where.Provider, "organisations.read"),
        ["OperationsPage"] = new(Where.Provider, "operations.read"),
        ["OperationPage"] = new(Where.Provider, "operations.read"),
        ["EnginePage"] = new(Where.Provider, "engine.read"),
        ["AuditPage"] = new(Where.Provider, "audit.read"),
        ["TokensPage"] = new(Where.Provider, "tokens.read"),
    };

    [Fact]
    public void Every_page_has_a_line_in_the_table_and_says_itself_what_it_needs()
    {
        var pages = Pages();
        var missing = pages.Select(page => page.Name).Except(Rules.Keys).Except(ClientRules.Keys).ToList();
        Assert.True(missing.Count == 0, $"Say in PageMatrixTests who may open: {string.Join(", ", missing)}.");
        Assert.Empty(Rules.Keys.Concat(ClientRules.Keys).Except(pages.Select(page => page.Name)));
        foreach (var page in pages)
        {
            var isClients = ClientRules.TryGetValue(page.Name, out var rule);
            rule ??= Rules[page.Name];
            Assert.Equal(
                isClients ? [$"here:{rule.Permission}"]
                    : rule.Where is Where.Open or Where.SignedIn ? []
                    : [$"may:{rule.Permission}"],
                page.GetCustomAttributes<AuthorizeAttribute>().Select(attribute => attribute.Policy).OfType<string>()
            );
            Assert.Equal(rule.Where == Where.Open, page.GetCustomAttribute<AllowAnonymousAttribute>() is not null);
        }
    }

    [Fact]
    public async Task A_page_opens_for_who_may_and_does_not_exist_for_others()
    {
        var world = await NewWorldAsync();
        foreach (
            var page in Pages()
                .Where(page => Rules.TryGetValue(page.Name, out var rule) && rule.Where is not (Where.Open or Where.SignedIn))
        )
        {
            foreach (var who in Enum.GetValues<Who>().Where(who => who is not (Who.ReadOnlyToken or Who.SiteToken)))
            {
                using var response = await OpenAsync(world, who, AddressOf(page));
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

    [Fact]
    public async Task A_page_of_the_client_area_opens_for_who_belongs_there_and_does_not_exist_for_others()
    {
        var world = await NewWorldAsync();
        foreach (var page in Pages().Where(page => ClientRules.ContainsKey(page.Name)))
        {
            foreach (var who in Enum.GetValues<Who>().Where(who => who is not (Who.ReadOnlyToken or Who.SiteToken)))
            {
                foreach (var own in (bool[])[true, false])
                {
                    var address = AddressAt(page, own ? world.Own : world.Foreign, own ? world.Own : world.Foreign);
                    using var response = await OpenAsync(world, who, address);
                    var answer = ClientRules[page.Name].For(who, who == Who.OtherTenant ? !own : own);
                    var expected =
                        answer == Answer.NotKnown ? HttpStatusCode.Redirect
                        : Staff.Contains(who) ? HttpStatusCode.NotFound
                        : Passes(page.Name, who, own, answer) ? HttpStatusCode.OK
                        : HttpStatusCode.NotFound;
                    Assert.True(
                        response.StatusCode == expected,
                        $"{page.Name} of {(own ? "their own" : "another")} for {who}: {(int)response.StatusCode}, not {(int)expected}"
                    );
                }
            }
        }

        // A site is found below its own organisation's address alone.
        var site = Pages().Single(page => page.Name == "ClientSitePage");
        using var mixed = await OpenAsync(world, Who.Owner, AddressAt(site, world.Own, world.Foreign));
        Assert.Equal(HttpStatusCode.NotFound, mixed.StatusCode);

        // The panel's own address leads everybody to what is theirs.
        foreach (var who in (Who[])[Who.Administrator, Who.Auditor, Who.Owner, Who.Developer])
        {
            using var start = await OpenAsync(world, who, new Uri("/", UriKind.Relative));
            Assert.Equal(Staff.Contains(who) ? "/sites" : $"/my/{world.Own.Organisation}", start.Headers.Location?.ToString());
        }
    }

    /// <summary>The other tenant is an owner there; the others' table is for their own.</summary>
    private static bool Passes(string page, Who who, bool own, Answer answer) =>
        who == Who.OtherTenant ? page == "ClientHomePage" || !own : answer == Answer.Passes;

    private async Task<HttpResponseMessage> OpenAsync(AccessWorld world, Who who, Uri address)
    {
        using var http = App.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept", "text/html");
        if (world.AccountOf(who) is { } account)
        {
            request.Headers.Add("Cookie", App.CookieOf(account));
        }

        return await http.SendAsync(request, Cancellation);
    }

    private static Uri AddressAt(Type page, Belongings organisation, Belongings site) =>
        new(
            TemplateOf(page)
                .Replace("{organisation}", organisation.Organisation, StringComparison.Ordinal)
                .Replace("{slug}", site.Site, StringComparison.Ordinal),
            UriKind.Relative
        );

    private static Uri AddressOf(Type page) =>
        new(
            Parameters()
                .Replace(
                    TemplateOf(page),
                    match => match.Value.Contains("guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : "nothing"
                ),
            UriKind.Relative
        );
}
