using Bunit;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Web.Components;
using HostingPanel.Web.Sites;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Sites;

public sealed class CreateSiteFormTests : ComponentTest
{
    private static readonly BlueprintChoice[] Blueprints =
    [
        new("wordpress", "WordPress", "A site.", WantsUpload: false, HasAdministratorLink: true),
        new("php", "PHP application", "Your own.", WantsUpload: true, HasAdministratorLink: false),
    ];

    private readonly List<CreateSite> _sent = [];
    private readonly CreateSiteDraft _draft = new() { Organisation = "springfield", Blueprint = "wordpress" };

    [Fact]
    public void The_slug_follows_the_title_and_shows_the_address()
    {
        var form = Show();
        form.Find("#site-title").Input("Café Zürich!");
        Assert.Equal("cafe-zuerich", form.Find("#site-slug").GetAttribute("value"));
        Assert.Contains("http://cafe-zuerich.example.net", form.Find("#site-address").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slug_that_was_typed_stays_until_it_is_emptied()
    {
        var form = Show();
        form.Find("#site-slug").Input("mine");
        form.Find("#site-title").Input("Food Bank");
        Assert.Equal("mine", form.Find("#site-slug").GetAttribute("value"));
        form.Find("#site-slug").Input("");
        form.Find("#site-title").Input("Food Bank 2");
        Assert.Equal("food-bank-2", form.Find("#site-slug").GetAttribute("value"));
    }

    [Fact]
    public void What_was_typed_is_sent_with_one_host_name_per_line()
    {
        var form = Show();
        form.Find("#site-title").Input("Food Bank");
        form.Find("#site-email").Input(" admin@example.org ");
        form.Find("#site-domains").Input("www.example.org\n\n example.org ");
        form.Find("form").Submit();
        var sent = Assert.Single(_sent);
        Assert.Equal(("food-bank", "springfield", "wordpress"), (sent.Slug, sent.Organisation, sent.Blueprint));
        Assert.Equal("admin@example.org", sent.AdminEmail);
        Assert.Equal(["www.example.org", "example.org"], sent.Domains);
        Assert.Null(sent.CodeUpload);
    }

    [Fact]
    public void Faults_stand_at_their_fields_and_are_tied_to_them()
    {
        var problem = Problem.Invalid([new FieldError("title", "A title is needed."), new FieldError("adminEmail", "No e-mail address.")]);
        var form = Show(FormFaults.Of(problem, CreateSiteForm.Fields));
        Assert.Equal("true", form.Find("#site-title").GetAttribute("aria-invalid"));
        Assert.Contains("site-title-fault", form.Find("#site-title").GetAttribute("aria-describedby"), StringComparison.Ordinal);
        Assert.Contains("A title is needed.", form.Find("#site-title-fault").TextContent, StringComparison.Ordinal);
        Assert.Contains("No e-mail address.", form.Find("#site-email-fault").TextContent, StringComparison.Ordinal);
        Assert.Empty(form.Find("#site-slug-fault").TextContent.Trim());
        Assert.Null(form.Find("#site-slug").GetAttribute("aria-invalid"));
    }

    [Fact]
    public void A_fault_goes_when_its_field_is_changed_and_the_others_stay()
    {
        var problem = Problem.Invalid([
            new FieldError("title", "A title is needed."),
            new FieldError("slug", "A slug is needed."),
            new FieldError("adminEmail", "No e-mail address."),
        ]);
        var form = Show(FormFaults.Of(problem, CreateSiteForm.Fields));
        form.Find("#site-title").Input("Food Bank");
        Assert.Empty(form.Find("#site-title-fault").TextContent.Trim());
        // It follows the title.
        Assert.Empty(form.Find("#site-slug-fault").TextContent.Trim());
        Assert.Contains("No e-mail address.", form.Find("#site-email-fault").TextContent, StringComparison.Ordinal);
        form.Find("#site-email").Input("a");
        Assert.Empty(form.Find("#site-email-fault").TextContent.Trim());
    }

    [Fact]
    public void Who_chose_no_archive_is_asked_to_choose_one_and_no_longer_when_it_is_here()
    {
        _draft.Blueprint = "php";
        var form = Show(FormFaults.Of(Problem.Invalid("codeUpload", "Upload one first and give its id."), CreateSiteForm.Fields));
        Assert.Contains("Choose the archive", form.Find("#site-archive-fault").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", form.Find("#site-archive").GetAttribute("aria-invalid"));
        form.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>()
            .UploadFiles(InputFileContent.CreateFromText("code", "code.tar.gz"));
        form.WaitForAssertion(() => Assert.Empty(form.Find("#site-archive-fault").TextContent.Trim()));
        Assert.Null(form.Find("#site-archive").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Nothing_is_sent_while_an_archive_is_on_its_way()
    {
        _draft.Blueprint = "php";
        var arrival = new TaskCompletionSource<Outcome<UploadView>>();
        var form = Show(store: arrival.Task);
        var input = form.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>();
        // It comes back only when the file has been taken in.
        var uploading = Task.Run(
            () => input.UploadFiles(InputFileContent.CreateFromText("code", "code.tar.gz")),
            Xunit.TestContext.Current.CancellationToken
        );
        form.WaitForAssertion(() => Assert.True(form.Find("button[type=submit]").HasAttribute("disabled")));
        await form.Find("form").SubmitAsync();
        Assert.Empty(_sent);

        arrival.SetResult(Upload);
        await uploading;
        Assert.False(form.Find("button[type=submit]").HasAttribute("disabled"));
        await form.Find("form").SubmitAsync();
        Assert.Equal(Upload.Id, Assert.Single(_sent).CodeUpload);
    }

    [Fact]
    public void A_one_time_link_is_promised_only_where_there_is_one()
    {
        var form = Show();
        Assert.Contains("one-time link", form.Find("#site-email-help").TextContent, StringComparison.Ordinal);
        form.FindAll("input[type=radio]")[1].Change("php");
        Assert.DoesNotContain("one-time link", form.Find("#site-email-help").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_chose_no_organisation_is_asked_to_choose_one()
    {
        _draft.Organisation = null;
        var form = Show(FormFaults.Of(Problem.Invalid("organisation", "There is no organisation “”."), CreateSiteForm.Fields));
        Assert.Contains("Choose the organisation", form.Find("#site-organisation-fault").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_is_asked_for_only_where_the_blueprint_wants_one()
    {
        var form = Show();
        Assert.Empty(form.FindAll("#site-archive"));
        form.FindAll("input[type=radio]")[1].Change("php");
        Assert.NotNull(form.Find("#site-archive"));
    }

    [Fact]
    public void An_uploaded_archive_is_sent_by_its_id()
    {
        _draft.Blueprint = "php";
        var form = Show();
        form.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>()
            .UploadFiles(InputFileContent.CreateFromText("code", "code.tar.gz"));
        form.WaitForAssertion(() => Assert.Contains("code.tar.gz", form.Find(".upload").TextContent, StringComparison.Ordinal));
        form.Find("form").Submit();
        Assert.Equal(Upload.Id, Assert.Single(_sent).CodeUpload);
    }

    [Fact]
    public void An_archive_that_is_refused_says_why()
    {
        _draft.Blueprint = "php";
        var form = Show(store: Task.FromResult<Outcome<UploadView>>(Problem.Invalid("file", "That is no archive.")));
        form.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>().UploadFiles(InputFileContent.CreateFromText("x", "x.exe"));
        form.WaitForAssertion(() =>
            Assert.Contains("That is no archive.", form.Find("#site-archive-fault").TextContent, StringComparison.Ordinal)
        );
    }

    private static UploadView Upload { get; } = new(Guid.CreateVersion7(Now), "code.tar.gz", 4, "00");

    private IRenderedComponent<CreateSiteForm> Show(FormFaults? faults = null, Task<Outcome<UploadView>>? store = null) =>
        Render<CreateSiteForm>(parameters =>
            parameters
                .Add(form => form.Draft, _draft)
                .Add(form => form.Organisations, (IReadOnlyList<OrganisationView>)[Organisation(), Organisation("shelbyville")])
                .Add(form => form.Blueprints, Blueprints)
                .Add(form => form.AddressOf, slug => $"http://{slug}.example.net")
                .Add(form => form.Store, (_, _) => store ?? Task.FromResult<Outcome<UploadView>>(Upload))
                .Add(form => form.MaxUploadBytes, 1000)
                .Add(form => form.Faults, faults ?? FormFaults.None)
                .Add(form => form.OnSubmit, command => _sent.Add(command))
        );
}
