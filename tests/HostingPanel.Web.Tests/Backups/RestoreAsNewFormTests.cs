using Bunit;
using HostingPanel.Backups;
using HostingPanel.Web.Backups;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Backups;

public sealed class RestoreAsNewFormTests : BackupComponentTest
{
    private static readonly RestorePointCopyView Near = Copy();
    private static readonly RestorePointCopyView Far = Copy("offsite", TargetKind.Sftp);
    private RestoreAsNewSite? _sent;

    [Fact]
    public void It_says_what_is_fetched_from_where_and_how_long_it_took_last_time()
    {
        var form = Form(Point(copies: [Far, Near]), new RestoreProof(Now.AddDays(-3), TimeSpan.FromSeconds(24)));
        var first = form.Find(".consequences li").TextContent;
        Assert.Equal("1 database with 1,204 rows and 1,204 files, 7 MB, are fetched from local into new volumes and new databases.", first);
        Assert.Contains("food-bank is not touched", form.Markup, StringComparison.Ordinal);
        Assert.Contains("Last time it took 24 s (3 days ago).", form.Find(".restore-time").TextContent, StringComparison.Ordinal);
        Assert.Contains("http://food-bank-restored.example/", form.Find("#restore-slug-help").TextContent, StringComparison.Ordinal);
        Assert.Equal(["local", "offsite"], form.FindAll("#restore-target option").Select(option => option.GetAttribute("value")));
    }

    [Fact]
    public void It_sends_the_slug_and_the_target_that_are_chosen()
    {
        var form = Form(Point(copies: [Near, Far]));
        form.Find("#restore-slug").Input(" food-bank-2 ");
        form.Find("#restore-target").Change("offsite");
        form.Find("form").Submit();
        Assert.Equal(new RestoreAsNewSite("food-bank-2", "offsite"), _sent);
    }

    [Fact]
    public void A_copy_that_is_not_whole_is_no_choice_and_a_single_one_is_no_question()
    {
        var form = Form(Point(copies: [Near, Copy("offsite", TargetKind.Sftp, "It is full.")]));
        Assert.Empty(form.FindAll("#restore-target"));
        Assert.Contains("nobody knows how long it takes", form.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_purged_site_gets_its_own_slug_back() =>
        Assert.Equal("food-bank", Form(Point(copies: Near), isSiteThere: false).Find("#restore-slug").GetAttribute("value"));

    [Fact]
    public void A_taken_slug_is_told_at_the_slug_until_another_one_is_typed()
    {
        var taken = FormFaults.Of(new Problem(ProblemKind.Conflict, "slug-taken", "There is one."), ["slug"], Codes);
        var form = Form(Point(copies: Near), faults: taken);
        Assert.Contains("There is one.", form.Find("#restore-slug-fault").TextContent, StringComparison.Ordinal);
        form.Find("#restore-slug").Input("other");
        Assert.Empty(form.Find("#restore-slug-fault").TextContent.Trim());
    }

    private static Dictionary<string, string> Codes => new(StringComparer.Ordinal) { ["slug-taken"] = "slug" };

    private IRenderedComponent<RestoreAsNewForm> Form(
        RestorePointView point,
        RestoreProof? proof = null,
        bool isSiteThere = true,
        FormFaults? faults = null
    ) =>
        Render<RestoreAsNewForm>(parameters =>
            parameters
                .Add(form => form.Point, point)
                .Add(form => form.Contents, Contents())
                .Add(form => form.Proof, proof)
                .Add(form => form.Slug, "food-bank")
                .Add(form => form.IsSiteThere, isSiteThere)
                .Add(form => form.AddressOf, slug => $"http://{slug}.example/")
                .Add(form => form.Faults, faults ?? FormFaults.None)
                .Add(form => form.OnSubmit, (RestoreAsNewSite command) => _sent = command)
        );
}
