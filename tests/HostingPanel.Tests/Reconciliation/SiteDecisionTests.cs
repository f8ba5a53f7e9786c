using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Reconciliation;

/// <summary>Whether, and when, what is wrong with a site is mended.</summary>
public sealed class SiteDecisionTests
{
    private static readonly DateTimeOffset Now = SampleSite.Now;

    [Fact]
    public void Nothing_wrong_nothing_done()
    {
        var decision = Decide(new SampleSite());
        Assert.False(decision.IsHealWanted);
        Assert.True(decision.IsTroubleOver);
    }

    [Fact]
    public void Something_missing_is_mended_at_once()
    {
        var site = new SampleSite();
        site.Engine.Lose(site.Row.Id);
        var decision = Decide(site);
        Assert.True(decision is { IsHealWanted: true, CountsAsAttempt: true, IsTroubleOver: false });
    }

    [Fact]
    public void The_next_attempt_waits_its_time()
    {
        var site = new SampleSite();
        site.Engine.Secrets.Clear();
        var trouble = Trouble(site, attempts: 2, Now.AddMinutes(2));
        var decision = Decide(site, trouble);
        Assert.False(decision.IsHealWanted);
        Assert.Equal(Now.AddMinutes(2), decision.NextDue);
        Assert.True(Decide(site, Trouble(site, attempts: 2, Now)).IsHealWanted);
    }

    [Theory]
    [InlineData(SiteState.Running, false)]
    [InlineData(SiteState.New, true)]
    [InlineData(SiteState.Failed, true)]
    [InlineData(SiteState.Trashed, true)]
    public void A_site_that_is_busy_left_alone_or_not_in_the_engine_is_only_looked_at(SiteState state, bool isFree)
    {
        var site = new SampleSite(state);
        site.Engine.Lose(site.Row.Id);
        var decision = Decide(site, isFree: isFree);
        Assert.Equal((false, 0, false), (decision.IsHealWanted, decision.Findings.Count, decision.IsTroubleOver));
        Assert.Equal("absent", decision.Health["web"].State);
    }

    [Fact]
    public void What_only_a_person_can_mend_is_told_and_not_tried()
    {
        var site = new SampleSite();
        site.Engine.Lose(site.Row.Id);
        site.Engine.Volumes.TryRemove("hp-abcdefghij-content", out _);
        var decision = Decide(site);
        Assert.False(decision.IsHealWanted);
        Assert.Equal(("volume-missing", null), (decision.Trouble?.Code, decision.Trouble?.NotBefore));
        Assert.Equal("volume-missing", decision.Health["web"].Reason?.Code);
        Assert.NotEqual("volume-missing", decision.Health["db"].Reason?.Code);
    }

    [Fact]
    public void A_site_without_its_blueprint_is_told_of_and_harms_nobody()
    {
        var site = new SampleSite();
        var decision = SiteDecision.Of(
            site.Row,
            () => throw new PlatformException("blueprint-missing", "Gone."),
            trouble: null,
            FakeSnapshot.Of(site.Engine),
            isFree: true,
            Now
        );
        Assert.Equal(("blueprint-missing", false), (decision.Trouble?.Code, decision.IsHealWanted));
    }

    [Fact]
    public void What_crashes_five_times_in_a_row_rests_for_longer_each_time()
    {
        var site = new SampleSite();
        site.Web.Crashes = 4;
        Assert.False(Decide(site).IsHealWanted);

        site.Web.Crashes = 5;
        var first = Decide(site);
        Assert.True(first is { IsHealWanted: true, CountsAsAttempt: false });
        Assert.Equal(
            (SiteTrouble.CrashLoop, Now.AddMinutes(1), 1),
            (first.Trouble?.Code, first.Trouble?.NotBefore, first.Trouble?.Attempts)
        );
        Assert.Equal(Now.AddMinutes(1), first.Health["web"].RestsUntil);
        // Stopped alone; the rest of the site goes on.
        Assert.Equal("hp-sample-web", Assert.Single(first.Findings).Name);

        // After that three are enough.
        site.Web.Crashes = 3;
        var again = Decide(site, Trouble(site, attempts: 1, Now));
        Assert.Equal((Now.AddMinutes(2), 2), (again.Trouble?.NotBefore, again.Trouble?.Attempts));
    }

    [Fact]
    public void A_trouble_is_over_only_when_nothing_crashes_or_rests_any_more()
    {
        var site = new SampleSite();
        site.Web.Crashes = 1;
        Assert.False(Decide(site).IsTroubleOver);
        site.Web.Crashes = 0;
        site.Web.RestsUntil = Now.AddMinutes(1);
        Assert.False(Decide(site).IsTroubleOver);
    }

    private static SiteTrouble Trouble(SampleSite site, int attempts, DateTimeOffset notBefore) =>
        new()
        {
            SiteId = site.Row.Id,
            Since = Now,
            Attempts = attempts,
            NotBefore = notBefore,
        };

    private static SiteDecision Decide(SampleSite site, SiteTrouble? trouble = null, bool isFree = true) =>
        SiteDecision.Of(site.Row, () => site.Assembly, trouble, RunningShortly(site), isFree, Now);

    /// <summary>As it is, but everything has only just been started: time has told nothing yet.</summary>
    private static FakeSnapshot RunningShortly(SampleSite site) => FakeSnapshot.Of(site.Engine, runningSince: Now.AddSeconds(-5));
}
