using Bunit;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;
using HostingPanel.Web.Sites.Cron;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Sites;

public sealed class SiteCronTests : ComponentTest
{
    private static readonly CronEntryView Quiet = new(
        "wp-cron",
        "H/5 * * * *",
        "every 5 minutes",
        "php /hp/hooks/cron.php",
        "web",
        TimeSpan.FromMinutes(10),
        Now.AddMinutes(3),
        Paused: null,
        IsOff: false,
        Last: null,
        Failures: 0,
        IsBackingOff: false,
        SucceededAt: null,
        ActiveOperation: null
    );

    private static readonly CronRunView Good = new(
        CronResult.Succeeded,
        Now.AddMinutes(-2).AddSeconds(-1.5),
        Now.AddMinutes(-2),
        0,
        null,
        Guid.CreateVersion7(Now)
    );

    [Fact]
    public void A_site_without_tasks_says_so() => Assert.Contains("No scheduled tasks", Tab(Site()).Markup, StringComparison.Ordinal);

    [Fact]
    public void A_task_says_when_it_runs_in_words_and_as_it_is_written_and_offers_a_run()
    {
        var tab = Tab(Site(), Quiet);
        Assert.Contains("every 5 minutes", tab.Markup, StringComparison.Ordinal);
        Assert.Equal("H/5 * * * *", tab.Find("code").TextContent);
        Assert.Contains("Never ran", tab.Markup, StringComparison.Ordinal);
        Assert.Contains("in 3 minutes", tab.Markup, StringComparison.Ordinal);
        Assert.Equal("Run wp-cron now", tab.Find("td button").GetAttribute("aria-label"));
        tab.Find("td button").Click();
        Assert.Equal("wp-cron", _asked);
    }

    [Fact]
    public void A_run_that_went_well_says_when_and_how_long_it_took()
    {
        var tab = Tab(Site(), Quiet with { Last = Good, SucceededAt = Good.FinishedAt });
        Assert.Contains("chip-ok", tab.Find(".chip").ClassName, StringComparison.Ordinal);
        Assert.Contains("took 1.5 s", tab.Markup, StringComparison.Ordinal);
        Assert.Equal($"operations/{Good.Operation}", tab.Find("td a").GetAttribute("href"));
        Assert.DoesNotContain("in a row", tab.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_keeps_failing_says_why_how_often_and_that_it_waits_longer_and_its_words_are_inert()
    {
        var failed = Good with
        {
            Result = CronResult.Failed,
            ExitCode = 3,
            Error = "It ended with exit code 3: <b>no</b>",
            Operation = null,
        };
        var tab = Tab(Site(), Quiet with { Last = failed, Failures = 4, IsBackingOff = true, SucceededAt = Now.AddDays(-2) });
        Assert.Equal("Failed", tab.Find(".chip").TextContent);
        Assert.Contains("exit code 3: &lt;b&gt;no&lt;/b&gt;", tab.Markup, StringComparison.Ordinal);
        Assert.Contains("Failed 4 times in a row", tab.Markup, StringComparison.Ordinal);
        Assert.Contains("2 days ago", tab.Markup, StringComparison.Ordinal);
        Assert.Contains("waits longer", tab.Markup, StringComparison.Ordinal);
        Assert.Empty(tab.FindAll("td a"));
    }

    [Fact]
    public void While_a_run_waits_or_runs_no_other_is_offered()
    {
        var active = Guid.CreateVersion7(Now);
        var tab = Tab(Site(), Quiet with { ActiveOperation = active });
        Assert.Empty(tab.FindAll("td button"));
        Assert.Equal($"operations/{active}", tab.Find("td a").GetAttribute("href"));
    }

    [Fact]
    public void What_does_not_run_by_schedule_says_why()
    {
        var paused = Quiet with { NextAt = null, Paused = "The site does not run." };
        var tab = Tab(Site(SiteState.Stopped), paused);
        Assert.Contains("The site does not run.", tab.Find(".note").TextContent, StringComparison.Ordinal);
        Assert.Contains("Paused", tab.Markup, StringComparison.Ordinal);
        Assert.Empty(tab.FindAll("td button"));
        // Whoever works on a site may run them by hand.
        Assert.Single(Tab(Site(), paused).FindAll("td button"));
        Assert.Empty(Tab(Site() with { Environment = SiteEnvironment.Staging }, paused).FindAll("td button"));
    }

    [Fact]
    public void What_is_switched_off_can_be_switched_on_and_the_other_way_round()
    {
        var tab = Tab(Site(), Quiet with { NextAt = null, Paused = "Switched off.", IsOff = true });
        tab.FindAll("button").Single(button => button.TextContent.Trim() == "Switch on").Click();
        Assert.True(_switched);
        tab = Tab(Site(), Quiet);
        tab.FindAll("button").Single(button => button.TextContent.Trim() == "Switch off").Click();
        Assert.False(_switched);
    }

    private string? _asked;
    private bool? _switched;

    private IRenderedComponent<SiteCron> Tab(SiteView site, params CronEntryView[] entries) =>
        Render<SiteCron>(parameters =>
            parameters
                .Add(tab => tab.Site, site)
                .Add(tab => tab.Entries, entries)
                .Add(tab => tab.OnRun, (string name) => _asked = name)
                .Add(tab => tab.OnSwitch, (bool on) => _switched = on)
        );
}
