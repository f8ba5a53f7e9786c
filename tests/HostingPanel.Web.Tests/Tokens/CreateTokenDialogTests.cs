using Bunit;
using HostingPanel.Access;
using HostingPanel.Tokens;
using HostingPanel.Web.Tests.Components;
using HostingPanel.Web.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Tokens;

/// <summary>The dialog over the real use case and a real PostgreSQL: faults stand at their fields, and the secret is shown once.</summary>
public sealed class CreateTokenDialogTests : ComponentTest, IClassFixture<PanelApp>
{
    private readonly PanelApp _app;
    private readonly SignedIn _signedIn;

    public CreateTokenDialogTests(PanelApp app)
        : this(app, new SignedIn(app)) { }

    private CreateTokenDialogTests(PanelApp app, SignedIn signedIn)
        : base(services => AddServices(services, app, signedIn))
    {
        (_app, _signedIn) = (app, signedIn);
        // The use case has the machine's clock.
        Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_works_with_the_limits_that_were_chosen()
    {
        var dialog = Open();
        dialog.Find("#token-name").Change("membership form");
        dialog.Find("#token-life").Change("30");
        dialog.Find("#token-reach").Change("chosen");
        dialog.WaitForElement(".check", TimeSpan.FromSeconds(20));
        var scopes = dialog.FindAll(".check");
        Assert.Contains(scopes, scope => scope.TextContent.Contains("people.manage", StringComparison.Ordinal));
        scopes.Single(scope => scope.TextContent.Contains("sites.read", StringComparison.Ordinal)).QuerySelector("input")!.Change(true);
        dialog.Find("#token-networks").Change("127.0.0.1, 203.0.113.0/24");
        dialog.Find("form").Submit();
        var secret = dialog.WaitForElement("#token-secret", TimeSpan.FromSeconds(20)).GetAttribute("value")!;
        Assert.StartsWith(TokenService.Marker, secret, StringComparison.Ordinal);
        Assert.Empty(dialog.FindAll("form"));
        Assert.Contains("only time", dialog.Markup, StringComparison.Ordinal);
        Assert.Equal(
            "sites.read 2 30",
            await _app.ScalarAsync<string>(
                "SELECT array_to_string(scopes, ',') || ' ' || cardinality(allowed_networks) || ' ' || round(extract(epoch FROM expires_at - created_at) / 86400) "
                    + "FROM api_tokens WHERE name = 'membership form' AND hash <> convert_to($1, 'UTF8')",
                secret
            )
        );
        var client = new HostingPanel.Client.PanelClient(_app.Http(secret));
        await client.Sites.ListAsync(cancellationToken: Xunit.TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<HostingPanel.Client.PanelApiException>(() =>
            client.People.ListAsync(Xunit.TestContext.Current.CancellationToken)
        );
        Assert.Equal("not-permitted", refusal.Code);
    }

    [Theory]
    [InlineData("", "", "", "name", "A name is needed")]
    [InlineData("x", "nowhere", "", "site", "There is no site")]
    [InlineData("x", "", "everywhere", "networks", "An address, such as")]
    public void What_can_not_be_stands_at_its_field(string name, string site, string networks, string field, string fault)
    {
        var dialog = Open();
        dialog.Find("#token-name").Change(name);
        dialog.Find("#token-site").Change(site);
        dialog.Find("#token-networks").Change(networks);
        dialog.Find("form").Submit();
        dialog.WaitForAssertion(
            () => Assert.Contains(fault, dialog.Find($"#token-{field}-fault").TextContent, StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );
        Assert.Single(dialog.FindAll(".field-fault"));
        Assert.Equal("true", dialog.Find($"#token-{field}").GetAttribute("aria-invalid"));
        Assert.Empty(dialog.FindAll("#token-secret"));
    }

    [Fact]
    public async Task In_an_organisations_own_pages_it_is_theirs_and_for_the_site_that_was_chosen()
    {
        var cancellation = Xunit.TestContext.Current.CancellationToken;
        var made = await _app
            .Services.GetRequiredService<HostingPanel.Organisations.OrganisationService>()
            .CreateAsync(
                Actor.Panel,
                new HostingPanel.Organisations.CreateOrganisation("springfield", "Food Bank", "large"),
                null,
                cancellation
            );
        Assert.Null(made.Problem);
        var site = await _app
            .Services.GetRequiredService<HostingPanel.Sites.SiteManager>()
            .CreateAsync(
                Actor.Panel,
                new HostingPanel.Sites.CreateSite("food-bank", "springfield", "wordpress", "Food Bank", "b@example.org", []),
                null,
                cancellation
            );
        Assert.Null(site.Problem);
        _signedIn.Role = null;
        var account = (await _signedIn.AccountAsync()).Id;
        await _app.ExecuteAsync(
            "INSERT INTO memberships (account_id, organisation_id, role, since) SELECT $1, id, 'Owner', now() FROM organisations WHERE slug = 'springfield'",
            account
        );
        var dialog = Render<CreateTokenDialog>(parameters =>
            parameters.Add(shown => shown.Organisation, "springfield").Add(shown => shown.Sites, [Site()])
        );
        Assert.Equal(["", "food-bank"], dialog.FindAll("#token-site option").Select(option => option.GetAttribute("value")));
        Assert.DoesNotContain("chosen", dialog.Markup, StringComparison.Ordinal);
        dialog.Find("#token-name").Change("theirs");
        dialog.Find("#token-site").Change("food-bank");
        dialog.Find("#token-reach").Change("read");
        dialog.Find("form").Submit();
        dialog.WaitForElement("#token-secret", TimeSpan.FromSeconds(20));
        Assert.Equal(
            1L,
            await _app.ScalarAsync<long>(
                "SELECT count(*) FROM api_tokens t JOIN sites s ON s.id = t.site_id AND s.organisation_id = t.organisation_id "
                    + "WHERE t.name = 'theirs' AND t.is_read_only AND s.slug = 'food-bank' AND t.created_by_id = $1",
                account
            )
        );
    }

    private IRenderedComponent<CreateTokenDialog> Open()
    {
        var dialog = Render<CreateTokenDialog>();
        dialog.WaitForElement("#token-name", TimeSpan.FromSeconds(20));
        return dialog;
    }

    private static void AddServices(IServiceCollection services, PanelApp app, SignedIn signedIn)
    {
        app.Postgres.SkipWhenAbsent();
        services.AddSingleton(app.Services.GetRequiredService<TokenService>());
        signedIn.AddTo(services);
    }
}
