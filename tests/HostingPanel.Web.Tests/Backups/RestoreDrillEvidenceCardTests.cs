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
    }

    private static IEnumerable<string> Cells(AngleSharp.Dom.IElement row) =>
        row.QuerySelectorAll(".cell-title, .cell-sub, .chip, .number-cell").Select(cell => cell.TextContent.Trim());

    private IRenderedComponent<RestoreDrillEvidenceCard> Card(string? page)
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
        );
        return Render<RestoreDrillEvidenceCard>(parameters => parameters.Add(card => card.Evidence, evidence));
    }
}
