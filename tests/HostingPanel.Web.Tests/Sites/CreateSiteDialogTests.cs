using Bunit;
using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Web.Sites;
using HostingPanel.Web.Tests.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Tests.Sites;

/// <summary>The dialog over the real use cases and a real PostgreSQL: what they refuse stands at the field that it is about.</summary>
public sealed class CreateSiteDialogTests(PanelApp app) : ComponentTest(services => AddServices(services, app)), IClassFixture<PanelApp>
{
    private static int _names;
    private readonly string _organisation = $"org-{Interlocked.Increment(ref _names)}";

    [Theory]
    [InlineData("Food Bank", "Not a slug", "a@example.org", "", "slug", "A slug has lower-case letters")]
    [InlineData("Food Bank", "panel", "a@example.org", "", "slug", "kept for the panel itself")]
    [InlineData("", "food-bank", "a@example.org", "", "title", "A title is needed.")]
    [InlineData("Food Bank", "food-bank", "nobody", "", "email", "This is not an e-mail address")]
    [InlineData("Food Bank", "food-bank", "", "", "email", "An e-mail address is needed.")]
    [InlineData("Food Bank", "food-bank", "a@example.org", "good.example.org\nhttp://bad.example.org", "domains", "host name")]
    [InlineData("Food Bank", "food-bank", "a@example.org", "panel.localhost", "domains", "the panel's own name")]
    public async Task What_can_not_be_stands_at_its_field(
        string title,
        string slug,
        string email,
        string domains,
        string field,
        string fault
    )
    {
        await NewOrganisationAsync("large");
        var dialog = Open();
        Send(dialog, title, slug, email, domains);
        AssertFault(dialog, field, fault);
    }

    [Fact]
    public async Task A_slug_that_is_taken_is_told_at_the_slug_and_the_next_try_succeeds()
    {
        await NewOrganisationAsync("large");
        await TakeAsync("taken-slug", []);
        var dialog = Open();
        Send(dialog, "Food Bank", "taken-slug", "a@example.org", string.Empty);
        AssertFault(dialog, "slug", "There is a site “taken-slug” already");

        dialog.Find("#site-slug").Input("a-free-slug");
        dialog.Find("form").Submit();
        dialog.WaitForAssertion(() => Assert.NotNull(dialog.FindComponent<SiteCreationProgress>()));
    }

    [Fact]
    public async Task A_host_name_of_somebody_else_is_told_at_the_host_names()
    {
        await NewOrganisationAsync("large");
        await TakeAsync("somebody-else", ["www.taken.example"]);
        var dialog = Open();
        Send(dialog, "Food Bank", "food-bank", "a@example.org", "www.taken.example");
        AssertFault(dialog, "domains", "“www.taken.example” belongs to another site");
    }

    [Fact]
    public async Task A_plan_without_room_is_told_at_the_organisation()
    {
        await NewOrganisationAsync("small");
        await TakeAsync("the-only-one", []);
        var dialog = Open();
        Send(dialog, "Food Bank", "one-too-many", "a@example.org", string.Empty);
        AssertFault(dialog, "organisation", "has all 1 site of its plan");
    }

    [Fact]
    public async Task An_organisation_that_was_deleted_meanwhile_is_told_at_the_organisation()
    {
        await NewOrganisationAsync("small");
        var dialog = Open();
        Assert.Null((await Organisations.DeleteAsync(Actor.Panel, _organisation, Xunit.TestContext.Current.CancellationToken)).Problem);
        Send(dialog, "Food Bank", "food-bank", "a@example.org", string.Empty);
        AssertFault(dialog, "organisation", $"There is no organisation “{_organisation}”");
    }

    [Fact]
    public async Task A_missing_archive_is_told_at_the_archive()
    {
        await NewOrganisationAsync("large");
        var dialog = Open();
        dialog.FindAll("input[type=radio]").Single(choice => choice.GetAttribute("value") == "php").Change("php");
        Send(dialog, "Food Bank", "food-bank", "a@example.org", string.Empty);
        AssertFault(dialog, "archive", "Choose the archive");
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_shown_at_once()
    {
        await NewOrganisationAsync("large");
        var dialog = Open();
        Send(dialog, string.Empty, "Not a slug", "nobody", "no name");
        foreach (var field in (string[])["title", "slug", "email", "domains"])
        {
            dialog.WaitForAssertion(() => Assert.NotEmpty(dialog.Find($"#site-{field}-fault").TextContent.Trim()));
        }

        Assert.Equal("Not a slug", dialog.Find("#site-slug").GetAttribute("value"));
    }

    private static void AddServices(IServiceCollection services, PanelApp app)
    {
        app.Postgres.SkipWhenAbsent();
        services.AddSingleton(app.Services.GetRequiredService<SiteManager>());
        services.AddSingleton(app.Services.GetRequiredService<OrganisationService>());
        services.AddSingleton(app.Services.GetRequiredService<OperationService>());
        services.AddSingleton(app.Services.GetRequiredService<UploadService>());
        services.AddSingleton(app.Services.GetRequiredService<BlueprintCatalogue>());
        services.AddSingleton(app.Services.GetRequiredService<IOptions<PanelOptions>>());
        services.AddSingleton(app.Services.GetRequiredService<IOptions<UploadOptions>>());
        new SignedIn(app).AddTo(services);
    }

    private OrganisationService Organisations => app.Services.GetRequiredService<OrganisationService>();

    private async Task NewOrganisationAsync(string plan)
    {
        var command = new CreateOrganisation(_organisation, "Food Bank", plan);
        Assert.Null((await Organisations.CreateAsync(Actor.Panel, command, null, Xunit.TestContext.Current.CancellationToken)).Problem);
    }

    private async Task TakeAsync(string slug, IReadOnlyList<string> domains)
    {
        var command = new CreateSite(slug, _organisation, "wordpress", "Taken", "b@example.org", domains);
        var made = await app
            .Services.GetRequiredService<SiteManager>()
            .CreateAsync(Actor.Panel, command, null, Xunit.TestContext.Current.CancellationToken);
        Assert.Null(made.Problem);
    }

    private IRenderedComponent<CreateSiteDialog> Open()
    {
        var dialog = Render<CreateSiteDialog>(parameters => parameters.Add(shown => shown.Organisation, _organisation));
        dialog.WaitForElement("#site-title", TimeSpan.FromSeconds(20));
        return dialog;
    }

    private static void Send(IRenderedComponent<CreateSiteDialog> dialog, string title, string slug, string email, string domains)
    {
        dialog.Find("#site-title").Input(title);
        dialog.Find("#site-slug").Input(slug);
        dialog.Find("#site-email").Input(email);
        dialog.Find("#site-domains").Input(domains);
        dialog.Find("form").Submit();
    }

    /// <summary>This fault at this field, and no other fault anywhere.</summary>
    private static void AssertFault(IRenderedComponent<CreateSiteDialog> dialog, string field, string fault)
    {
        dialog.WaitForAssertion(
            () => Assert.Contains(fault, dialog.Find($"#site-{field}-fault").TextContent, StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );
        Assert.Single(dialog.FindAll(".field-fault"));
        Assert.Empty(dialog.FindAll(".form-problem"));
        var input = dialog.Find($"#site-{field}");
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Contains($"site-{field}-fault", input.GetAttribute("aria-describedby"), StringComparison.Ordinal);
    }
}

/// <summary>The same on a disk that is as good as full.</summary>
public sealed class CreateSiteOnFullDiskTests(Api.FullDiskApp app) : IClassFixture<Api.FullDiskApp>
{
    [Fact]
    public async Task No_room_on_the_disk_is_nobodys_field_and_said_above_the_form()
    {
        app.Postgres.SkipWhenAbsent();
        var cancellation = Xunit.TestContext.Current.CancellationToken;
        await app
            .Services.GetRequiredService<OrganisationService>()
            .CreateAsync(Actor.Panel, new CreateOrganisation("full", "Full"), null, cancellation);
        var refused = await app
            .Services.GetRequiredService<SiteManager>()
            .CreateAsync(Actor.Panel, new CreateSite("a", "full", "wordpress", "A", "a@example.org", []), null, cancellation);
        var faults = Web.Components.FormFaults.Of(refused.Problem!, CreateSiteForm.Fields);
        Assert.Equal("no-disk-space", faults.General?.Code);
    }
}
