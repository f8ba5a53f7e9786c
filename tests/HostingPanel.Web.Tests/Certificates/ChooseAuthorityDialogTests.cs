using Bunit;
using HostingPanel.Access;
using HostingPanel.Certificates;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Web.Certificates;
using HostingPanel.Web.Tests.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Certificates;

/// <summary>The dialog over the real use cases and a real PostgreSQL.</summary>
public sealed class ChooseAuthorityDialogTests(PanelApp app)
    : ComponentTest(services => AddServices(services, app)),
        IClassFixture<PanelApp>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static int _names;
    private readonly string _slug = $"choose-{Interlocked.Increment(ref _names)}";

    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    private CertificateService Certificates => app.Services.GetRequiredService<CertificateService>();

    private string Host => $"{_slug}.localhost";

    [Fact]
    public async Task Another_one_is_chosen_after_it_was_said_what_will_happen()
    {
        var (one, two) = (await AddAsync("one", isDefault: true), await AddAsync("two"));
        await SiteAsync();
        var dialog = Open(await ViewAsync());
        Assert.True(dialog.Find($"input[value='{one.Id}']").HasAttribute("checked"));
        Assert.Contains("Asked now, and where nothing else is said.", dialog.Markup, StringComparison.Ordinal);
        Assert.Empty(dialog.FindAll(".consequences"));
        Assert.True(dialog.Find("button[type=submit]").HasAttribute("disabled"));

        dialog.Find($"input[value='{two.Id}']").Change(two.Id.ToString());
        var said = dialog.Find(".consequences").TextContent;
        Assert.Contains($"{two.Name} is asked for a new certificate of {Host} at once", said, StringComparison.Ordinal);
        Assert.Contains("self-signed", said, StringComparison.Ordinal);
        // Nothing has happened yet.
        Assert.Equal(one.Name, (await ViewAsync()).Authority);
        Assert.Null((await ViewAsync()).OperationId);
        await dialog.Find("form").SubmitAsync();
        var (chosen, running) = ((await ViewAsync()).Authority, (await ViewAsync()).OperationId);
        Assert.Equal(two.Name, chosen);
        Assert.NotNull(running);

        // While that one is asked no other is slipped in; the same one is the same operation.
        var refused = await Certificates.AskAsync(Actor.Panel, _slug, Host, one.Id, null, Cancellation);
        Assert.Equal("certificate-being-asked-for", refused.Problem?.Code);
        Assert.Equal(running!.Value, (await Certificates.AskAsync(Actor.Panel, _slug, Host, two.Id, null, Cancellation)).Value.Id);
    }

    [Fact]
    public async Task What_is_refused_stands_above_the_form_and_nothing_is_changed()
    {
        var (one, two) = (await AddAsync("one", isDefault: true), await AddAsync("two"));
        await SiteAsync();
        await app.ExecuteAsync("UPDATE sites SET state = 'Stopped' WHERE slug = $1", _slug);
        var dialog = Open(await ViewAsync());
        dialog.Find($"input[value='{two.Id}']").Change(two.Id.ToString());
        await dialog.Find("form").SubmitAsync();
        Assert.Contains("is not served", dialog.Markup, StringComparison.Ordinal);
        Assert.Equal(one.Name, (await ViewAsync()).Authority);
    }

    [Fact]
    public async Task One_that_certifies_no_such_name_is_not_offered()
    {
        await AddAsync("one", isDefault: true);
        var world = await AddAsync("world", roots: null, isDefault: false);
        await SiteAsync();
        var dialog = Open(await ViewAsync());
        Assert.Empty(dialog.FindAll($"input[value='{world.Id}']"));
        Assert.NotEmpty(dialog.FindAll("input[type=radio]"));
    }

    [Fact]
    public async Task What_was_uploaded_is_not_asked_for_whoever_is_named()
    {
        var two = await AddAsync("two");
        await SiteAsync();
        await app.ExecuteAsync(
            "INSERT INTO host_certificates (host, site_id, source, attempts) SELECT $1, id, 'Uploaded', 0 FROM sites WHERE slug = $2",
            Host,
            _slug
        );
        var refused = await Certificates.AskAsync(Actor.Panel, _slug, Host, two.Id, null, Cancellation);
        Assert.Equal("certificate-uploaded", refused.Problem?.Code);
    }

    [Theory]
    [InlineData(StaffRole.Operator, null)]
    [InlineData(StaffRole.Auditor, "not-permitted")]
    public async Task Who_may_change_the_site_may_choose_and_nobody_else(StaffRole role, string? code)
    {
        var two = await AddAsync("two");
        await SiteAsync();
        var actor = await app.ActorOfAsync(await app.NewAccountAsync(role));
        Assert.Equal(
            code,
            (await app.Services.GetRequiredService<AuthorityChoices>().ListAsync(actor, _slug, Host, Cancellation)).Problem?.Code
        );
        Assert.Equal(code, (await Certificates.AskAsync(actor, _slug, Host, two.Id, null, Cancellation)).Problem?.Code);
    }

    private static void AddServices(IServiceCollection services, PanelApp app)
    {
        app.Postgres.SkipWhenAbsent();
        services.AddSingleton(app.Services.GetRequiredService<CertificateService>());
        services.AddSingleton(app.Services.GetRequiredService<AuthorityChoices>());
        new SignedIn(app) { Role = StaffRole.Operator }.AddTo(services);
    }

    /// <summary>One of one's own, so that names below localhost are for it to certify; or one of the world.</summary>
    private Task<CertificateAuthorityView> AddAsync(string name, bool isDefault = false) =>
        AddAsync(name, FakeAuthority.Only.Root, isDefault);

    private async Task<CertificateAuthorityView> AddAsync(string name, string? roots, bool isDefault)
    {
        var command = new NewCertificateAuthority(
            $"{_slug} {name}",
            "https://acme.example.org/directory",
            "a@example.org",
            roots,
            isDefault
        );
        var added = await app.Services.GetRequiredService<AuthorityService>().AddAsync(Actor.Panel, command, null, Cancellation);
        Assert.Null(added.Problem);
        return added.Value;
    }

    private async Task SiteAsync()
    {
        var organisation = new CreateOrganisation($"org-{_slug}", "Food Bank", "large");
        Assert.Null(
            (
                await app.Services.GetRequiredService<OrganisationService>().CreateAsync(Actor.Panel, organisation, null, Cancellation)
            ).Problem
        );
        var site = new CreateSite(_slug, $"org-{_slug}", "wordpress", "Food Bank", "a@example.org", []);
        Assert.Null((await app.Services.GetRequiredService<SiteManager>().CreateAsync(Actor.Panel, site, null, Cancellation)).Problem);
        // As the worker does at the end of making it.
        await app.ExecuteAsync("UPDATE sites SET state = 'Running', route = 'Serve' WHERE slug = $1", _slug);
        await app.ExecuteAsync("UPDATE domains SET is_served = true WHERE host = $1", Host);
    }

    private async Task<CertificateView> ViewAsync() =>
        Assert.Single((await Certificates.ListOfSiteAsync(Actor.Panel, _slug, Cancellation)).Value);

    private IRenderedComponent<ChooseAuthorityDialog> Open(CertificateView certificate)
    {
        var dialog = Render<ChooseAuthorityDialog>(parameters => parameters.Add(shown => shown.Certificate, certificate));
        dialog.WaitForElement("input[type=radio]", Patience);
        return dialog;
    }
}
