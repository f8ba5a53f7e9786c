using Bunit;
using HostingPanel.Backups.InPlace;
using HostingPanel.Blueprints;
using HostingPanel.Web.Backups.InPlace;

namespace HostingPanel.Web.Tests.Backups;

public sealed class RestoreInPlaceFormTests : BackupComponentTest
{
    private static readonly RestorePlan Plan = new(
        Guid.CreateVersion7(Now),
        Now.AddHours(-2),
        TakesSafetyPoint: true,
        ["The site is backed up as it is now.", "The restored set comes in the place of the present one."],
        [new PlannedDatabase("main", 12, 151, 107 << 10)],
        [new PlannedVolume(Guid.CreateVersion7(Now), "content", VolumeKind.Files, 9 << 20, 300, 8 << 20, 272)],
        ["Its host names."],
        ["28 files that came since; they are in the trash then."],
        new RestoreTime(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(3), OfThisPoint: true, Now.AddDays(-1)),
        Now.AddDays(30),
        Refusal: null
    );

    private int _submits;
    private bool? _without;

    [Fact]
    public void It_says_what_is_replaced_lost_and_kept_and_how_long_it_took_and_can_be_undone()
    {
        var form = Form(Plan);
        foreach (
            var text in new[]
            {
                "12 tables with 151 rows come out of the backup",
                "300 files now: 272 files come out of the backup",
                "28 files that came since",
                "Its host names.",
                "Last time this backup took 40 s; visitors saw the maintenance page for 3.0 s (1 day ago).",
                "undone for sure until",
            }
        )
        {
            Assert.Contains(
                text,
                string.Join(' ', form.Find("form").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Nothing_happens_before_the_slug_is_typed()
    {
        var form = Form(Plan);
        form.Find("form").Submit();
        Assert.Equal(0, _submits);
        Assert.True(form.Find("button[type=submit]").HasAttribute("disabled"));
        form.Find("#restore-word").Input("food-bank");
        form.Find("form").Submit();
        Assert.Equal(1, _submits);
    }

    [Fact]
    public void What_would_be_refused_is_told_and_can_not_be_sent()
    {
        var form = Form(Plan with { Refusal = new Problem(ProblemKind.Conflict, "site-busy", "Something is being done.") });
        form.Find("#restore-word").Input("food-bank");
        form.Find("form").Submit();
        Assert.Equal(0, _submits);
        Assert.Contains("Something is being done.", form.Find(".note-bad").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrecked_site_can_be_restored_without_backing_it_up_first()
    {
        Form(Plan).Find("input[type=checkbox]").Change(false);
        Assert.True(_without);
    }

    private IRenderedComponent<RestoreInPlaceForm> Form(RestorePlan plan) =>
        Render<RestoreInPlaceForm>(parameters =>
            parameters
                .Add(form => form.Plan, plan)
                .Add(form => form.Slug, "food-bank")
                .Add(form => form.OnWithoutSafetyPoint, (bool without) => _without = without)
                .Add(form => form.OnSubmit, () => _submits++)
        );
}
