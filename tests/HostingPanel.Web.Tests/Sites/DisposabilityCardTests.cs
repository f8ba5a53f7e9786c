using Bunit;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Disposability;
using HostingPanel.Web.Sites;
using HostingPanel.Web.Sites.Disposability;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Sites;

public sealed class DisposabilityCardTests : ComponentTest
{
    private static readonly FingerprintView Fingerprint = new(
        200,
        "Food Bank",
        "d1",
        [new DatabaseFingerprintView("main", 12, 61)],
        [new VolumeFingerprintView("content", 1204, 5 << 20, "c1", 0)]
    );

    private static readonly DrillView Whole = new(
        Guid.CreateVersion7(Now),
        Now.AddMinutes(-5),
        "Ada",
        Now.AddMinutes(-4),
        DrillVerdict.NothingLost,
        Reason: null,
        Containers: 2,
        TimeSpan.FromSeconds(4.2),
        WasInterrupted: false,
        Kept: [],
        KeptTotal: 0,
        Lost: [],
        LostTotal: 0,
        Changed: [],
        ChangedTotal: 0,
        NotCompared: ["Volume data: a database server's own files."],
        Fingerprint,
        Fingerprint
    );

    [Fact]
    public void A_site_that_was_never_drilled_says_what_a_drill_does_and_offers_one()
    {
        var card = Card(Site(), null);
        Assert.Contains("every container is removed", card.Find("p").TextContent, StringComparison.Ordinal);
        Assert.Contains("never drilled", card.Markup, StringComparison.Ordinal);
        Assert.Equal("Drill", card.Find("button .rz-button-text").TextContent);
    }

    [Fact]
    public void A_site_that_does_not_run_says_why_there_is_no_button()
    {
        var card = Card(Site(SiteState.Stopped), null);
        Assert.Empty(card.FindAll("button"));
        Assert.Contains("Only a site that runs can be drilled.", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void While_something_is_done_to_the_site_no_drill_is_offered() =>
        Assert.Empty(Card(Site(active: new ActiveOperationView(Guid.Empty, "stop-site", "Stop")), Whole).FindAll("button"));

    [Fact]
    public void A_drill_that_lost_nothing_says_so_and_how_long_it_took()
    {
        var card = Card(Site(), Whole);
        Assert.Equal("Recovered in 4.2 s, nothing lost.", card.Find(".drill-result strong").TextContent);
        Assert.Contains("chip-ok", card.Find(".chip").ClassName, StringComparison.Ordinal);
        Assert.Contains(
            "2 containers removed. Compared: the front page, 61 rows in 12 tables, 1,204 files.",
            card.Markup,
            StringComparison.Ordinal
        );
        Assert.Contains("Ada", card.Markup, StringComparison.Ordinal);
        Assert.Equal("Not compared: 1", card.Find("summary").TextContent);
    }

    [Fact]
    public void What_was_lost_is_named_with_its_hint_and_the_site_s_own_names_are_inert()
    {
        var card = Card(
            Site(),
            Whole with
            {
                Verdict = DrillVerdict.Lost,
                Lost =
                [
                    new Finding(FindingSubject.File, "content", "<b>a</b>.jpg", "the file is gone; it had 3 bytes"),
                    new Finding(
                        FindingSubject.Container,
                        "web",
                        "/srv/x",
                        "was kept in the container and went with it",
                        "It needs a volume."
                    ),
                ],
                LostTotal = 5,
                Kept = [new KeptPathView("web", "/srv/x", LayerChangeKind.Added, "It needs a volume.", false)],
                KeptTotal = 1,
            }
        );
        Assert.Equal("Lost: 5", card.Find(".chip").TextContent);
        var rows = card.FindAll(".drill-findings")[0].Children;
        Assert.Equal("File of content", rows[0].QuerySelector(".drill-place")!.TextContent);
        Assert.Equal("<b>a</b>.jpg", rows[0].QuerySelector(".mono")!.TextContent);
        Assert.Equal("It needs a volume.", rows[1].QuerySelector(".hint")!.TextContent);
        Assert.Equal("and 3 more", rows[2].TextContent.Trim());
    }

    [Fact]
    public void A_site_that_did_not_come_back_says_why_and_what_its_containers_had_kept()
    {
        var card = Card(
            Site(),
            Whole with
            {
                Verdict = DrillVerdict.DidNotRecover,
                Reason = "It should answer 200 within 300 s.",
                Recovery = null,
                After = null,
                Kept = [new KeptPathView("web", "/srv/x", LayerChangeKind.Added, "It needs a volume.", false)],
                KeptTotal = 1,
            }
        );
        Assert.Equal("The site did not answer again.", card.Find(".drill-result strong").TextContent);
        Assert.Contains("It should answer 200 within 300 s.", card.Markup, StringComparison.Ordinal);
        Assert.Contains("/srv/x", card.Find(".drill-findings").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drill_whose_worker_was_away_does_not_claim_a_time_it_has_not_seen() =>
        Assert.Equal(
            "Recovered in at most 4.2 s, nothing lost.",
            Card(Site(), Whole with { WasInterrupted = true }).Find(".drill-result strong").TextContent
        );

    [Fact]
    public void The_question_says_that_visitors_wait()
    {
        var asked = default(SiteActionChoice);
        var card = Render<DisposabilityCard>(parameters =>
            parameters
                .Add(card => card.Site, Site())
                .Add(card => card.Drill, null)
                .Add(card => card.OnDrill, (SiteActionChoice choice) => asked = choice)
        );
        card.Find("button").Click();
        Assert.Equal(SiteAction.Drill, asked?.Action);
        Assert.Contains("Visitors wait", asked!.Confirmation.Text, StringComparison.Ordinal);
    }

    private IRenderedComponent<DisposabilityCard> Card(SiteView site, DrillView? drill) =>
        Render<DisposabilityCard>(parameters => parameters.Add(card => card.Site, site).Add(card => card.Drill, drill));
}
