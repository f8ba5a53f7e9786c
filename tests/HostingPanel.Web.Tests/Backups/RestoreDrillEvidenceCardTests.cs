using Bunit;
using HostingPanel.Backups.Drills;
using HostingPanel.Web.Backups.Drills;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Backups;

public sealed class RestoreDrillEvidenceCardTests : BackupComponentTest
{
    private static readonly RestoreDrillView Drill = new(
        Guid.CreateVersion7(Now),
        Guid.CreateVersion7(Now),
        "food-bank",
        "local",
        RestoreDrillReason.Manual,
        "Ada",
        Now.AddMinutes(-2),
        Now.AddMinutes(-2),
        Now.AddMinutes(-1),
        RestoreDrillVerdict.Passed,
        FaultCode: null,
        Fault: null,
        TimeSpan.FromSeconds(31),
        ChecksPassed: 2,
        ChecksFailed: 1
    );

    [Fact]
    public void Each_check_shows_what_it_found_with_its_figures()
    {
        var rows = Card(page: null).FindAll("tbody tr");
        Assert.Equal(["Rows", "12 tables as in the manifest.", "As it should be", "12", "0"], Cells(rows[0]));
        Assert.Contains("chip-bad", rows[1].QuerySelector(".chip")!.ClassName, StringComparison.Ordinal);
        Assert.Contains("wp-content/a.jpg", rows[1].QuerySelector(".drill-findings")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_that_the_site_sent_is_text_and_nothing_of_it_acts()
    {
        var card = Card("<script>alert(1)</script><img src=x onerror=alert(1)>");
        Assert.Empty(card.FindAll("script, img"));
        Assert.Equal("<script>alert(1)</script><img src=x onerror=alert(1)>", card.Find(".page-source").TextContent);
    }

    [Fact]
    public void A_picture_is_shown_small_with_words_for_who_does_not_see_it_and_opens_large()
    {
        var card = Card("text", new DrillPictureView("image/png", 1280, 800, 20_000));
        var address = $"backups/food-bank/drills/{Drill.Id}/picture";
        Assert.Equal(address, card.Find(".drill-picture").GetAttribute("href"));
        var picture = card.Find(".drill-picture > img");
        Assert.Equal(
            (address, "1280", "800"),
            (picture.GetAttribute("src"), picture.GetAttribute("width"), picture.GetAttribute("height"))
        );
        Assert.StartsWith("Picture of the front page of food-bank", picture.GetAttribute("alt"), StringComparison.Ordinal);
        Assert.Empty(Card("text").FindAll(".drill-picture"));
    }

    [Fact]
    public void In_the_place_of_a_picture_that_was_removed_it_says_so()
    {
        var card = Card("text", picture: null, "The picture was removed.");
        Assert.Empty(card.FindAll(".drill-picture, img"));
        Assert.Equal("The picture was removed.", card.Find("section[aria-labelledby=drill-page] > .hint").TextContent);
    }

    [Fact]
    public void A_drill_is_what_its_verdict_says()
    {
        Assert.Equal((Tone.Ok, "Passed"), RestoreDrillWords.StateOf(Drill));
        Assert.Equal((Tone.Busy, "Under way"), RestoreDrillWords.StateOf(Drill with { Verdict = null }));
        Assert.Equal((Tone.Busy, "Waiting"), RestoreDrillWords.StateOf(Drill with { Verdict = null, StartedAt = null }));
        Assert.Equal((Tone.Warn, "Broken off"), RestoreDrillWords.StateOf(Drill with { Verdict = RestoreDrillVerdict.BrokenOff }));
    }

    [Fact]
    public void The_list_leads_to_the_evidence_and_says_how_long_recovery_took()
    {
        var table = Render<RestoreDrillTable>(parameters =>
            parameters.Add(table => table.Slug, "food-bank").Add(table => table.Drills, [Drill])
        );
        Assert.Equal($"backups/food-bank/drills/{Drill.Id}", table.Find("a").GetAttribute("href"));
        Assert.Contains("31 s", table.Markup, StringComparison.Ordinal);
        Assert.Contains("2 passed, 1 failed", table.Markup, StringComparison.Ordinal);
        Assert.Empty(table.FindAll(".table-more"));
        table.Render(parameters =>
            parameters.Add(shown => shown.Kept, RestoreDrillWords.Kept(new PanelOptions { DrillDays = 500, DrillPictureDays = 60 }))
        );
        Assert.StartsWith(
            "Older evidence is removed after 500 days, pictures after 60.",
            table.Find(".table-more").TextContent,
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<string> Cells(AngleSharp.Dom.IElement row) =>
        row.QuerySelectorAll(".cell-title, .cell-sub, .chip, .number-cell").Select(cell => cell.TextContent.Trim());

    private IRenderedComponent<RestoreDrillEvidenceCard> Card(string? page, DrillPictureView? picture = null, string? gone = null)
    {
        var evidence = new RestoreDrillEvidence(
            Drill,
            [
                new RestoreDrillCheckView("rows:main", "Rows", RestoreDrillOutcome.Passed, "12 tables as in the manifest.", 12, 0, [], Now),
                new RestoreDrillCheckView("files", "Files", RestoreDrillOutcome.Failed, "1 of 9 differs.", 9, 1, ["wp-content/a.jpg"], Now),
            ],
            [new DrillPhaseView("load", "Load its databases", TimeSpan.FromSeconds(3))],
            200,
            "Food Bank",
            page
        )
        {
            Picture = picture,
            PictureGone = gone,
        };
        return Render<RestoreDrillEvidenceCard>(parameters =>
            parameters.Add(card => card.Slug, "food-bank").Add(card => card.Evidence, evidence)
        );
    }
}
