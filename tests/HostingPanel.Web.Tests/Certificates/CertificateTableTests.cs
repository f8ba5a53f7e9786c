using Bunit;
using HostingPanel.Certificates;
using HostingPanel.Web.Certificates;
using HostingPanel.Web.Tests.Backups;

namespace HostingPanel.Web.Tests.Certificates;

public sealed class CertificateTableTests : BackupComponentTest
{
    private static readonly CertificateView Good = new(
        "www.example.org",
        "food-bank",
        CertificateState.Good,
        "Certified by R3 until 2026-05-01.",
        CertificateSource.Authority,
        "R3",
        Now.AddDays(-42),
        Now.AddDays(48),
        Now.AddDays(18),
        "Let's Encrypt",
        Now.AddDays(-42),
        null,
        null,
        null,
        null
    );

    [Fact]
    public void One_that_is_good_says_until_when_and_when_the_next_one_comes()
    {
        var row = Table(Good).Find("tbody tr");
        Assert.Contains("chip-ok", row.QuerySelector(".chip")!.ClassName, StringComparison.Ordinal);
        Assert.Contains("Certified by R3", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("Authority: Let's Encrypt", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("sites/food-bank", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal(
            [
                "Ask for a certificate of www.example.org now",
                "Choose who certifies www.example.org",
                "Upload a certificate for www.example.org",
            ],
            row.QuerySelectorAll("button").Select(button => button.GetAttribute("aria-label"))
        );
    }

    [Fact]
    public void A_failure_is_told_in_words_with_the_next_try_and_markup_in_them_is_inert()
    {
        var failing = Good with
        {
            State = CertificateState.Failing,
            Words = "It said <b>no</b>\u202e.",
            NotAfter = null,
            NextAttemptAt = Now.AddHours(1),
            Source = null,
        };
        var row = Table(failing).Find("tbody tr");
        Assert.Contains("chip-bad", row.QuerySelector(".chip")!.ClassName, StringComparison.Ordinal);
        Assert.Null(row.QuerySelector("b"));
        Assert.Contains("It is tried again", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_try_that_failed_early_stands_beside_one_that_is_good()
    {
        var early = Good with { NextAttemptAt = Good.RenewAt, ProblemCode = "validation-connection", Problem = "It timed out." };
        var row = Table(early).Find("tbody tr");
        Assert.Contains("chip-ok", row.QuerySelector(".chip")!.ClassName, StringComparison.Ordinal);
        Assert.Contains("It is tried again", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_uploaded_can_be_taken_away_and_the_panels_own_name_is_its_administrators()
    {
        Assert.Contains(
            Table(Good with { Source = CertificateSource.Uploaded, Authority = null }).FindAll("button"),
            button => button.GetAttribute("aria-label") == "Take the certificate of www.example.org away"
        );
        var panel = Table(Good with { Site = null }).Find("tbody tr");
        Assert.Contains("the panel itself", panel.TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.QuerySelectorAll("button"));
        Assert.Equal(
            ["Upload a certificate for www.example.org"],
            Render<CertificateTable>(table =>
                    table.Add(one => one.Certificates, [Good with { Site = null }]).Add(one => one.MayChangePanel, true)
                )
                .FindAll("button")
                .Select(button => button.GetAttribute("aria-label"))
        );
    }

    [Fact]
    public void While_it_was_uploaded_is_being_asked_for_or_may_not_be_changed_no_authority_is_chosen()
    {
        var uploaded = Good with { Source = CertificateSource.Uploaded, Authority = null };
        Assert.Empty(Table(uploaded).FindAll("button[aria-label^='Choose']"));
        Assert.DoesNotContain("Authority:", Table(uploaded).Markup, StringComparison.Ordinal);
        Assert.Empty(Table(Good with { OperationId = Guid.CreateVersion7() }).FindAll("button[aria-label^='Choose']"));
        Assert.Empty(Render<CertificateTable>(table => table.Add(one => one.Certificates, [Good])).FindAll("button"));
    }

    [Fact]
    public void Choosing_is_for_the_name_whose_button_it_is()
    {
        CertificateView? chosen = null;
        var table = Render<CertificateTable>(table =>
            table.Add(one => one.Certificates, [Good]).Add(one => one.MayChange, true).Add(one => one.OnChoose, one => chosen = one)
        );
        table.Find("button[aria-label^='Choose']").Click();
        Assert.Equal(Good, chosen);
    }

    [Fact]
    public void The_list_of_sites_warns_of_what_needs_somebody_and_of_nothing_else()
    {
        var running = Good with { State = CertificateState.RunningOut, Words = "It runs out on 2026-03-20." };
        Assert.Equal(string.Empty, Render<CertificateNote>(note => note.Add(one => one.Certificates, [Good])).Markup.Trim());
        var note = Render<CertificateNote>(note => note.Add(one => one.Certificates, [Good, running, running]));
        Assert.Contains("2 certificates need you", note.Markup, StringComparison.Ordinal);
        Assert.Contains("It runs out on 2026-03-20.", note.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<CertificateTable> Table(CertificateView certificate) =>
        Render<CertificateTable>(table =>
            table.Add(one => one.Certificates, [certificate]).Add(one => one.ShowSite, true).Add(one => one.MayChange, true)
        );
}
