using HostingPanel.Backups.Drills;

namespace HostingPanel.Tests.Backups;

public sealed class DrillPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_site_is_drilled_a_day_after_its_first_restore_point_and_then_as_its_plan_says()
    {
        Assert.Null(DrillPlan.Next([Site(firstGood: Now.AddHours(-2))], Now, Now));
        Assert.Equal(RestoreDrillReason.Plan, DrillPlan.Next([Site()], Now, Now)?.Reason);
        Assert.Null(DrillPlan.Next([Site(Now.AddDays(-29), Now.AddDays(-29))], Now, Now));
        Assert.Equal(RestoreDrillReason.Plan, DrillPlan.Next([Site(Now.AddDays(-30), Now.AddDays(-30))], Now, Now)?.Reason);
        Assert.Null(DrillPlan.Next([Site(everyDays: 0)], Now, Now));
    }

    [Fact]
    public void One_that_could_not_be_done_is_tried_again_a_day_later()
    {
        var broken = Site(lastDrill: null, lastTry: Now.AddHours(-3));
        Assert.Null(DrillPlan.Next([broken], Now, Now));
        Assert.NotNull(DrillPlan.Next([broken], Now, Now.AddDays(1)));
    }

    [Fact]
    public void The_one_that_waits_for_longest_goes_first()
    {
        var (never, old, older) = (Site(), Site(Now.AddDays(-40), Now.AddDays(-40)), Site(Now.AddDays(-50), Now.AddDays(-50)));
        Assert.Equal(never, DrillPlan.Next([old, older, never], Now, Now)?.Site);
        Assert.Equal(older, DrillPlan.Next([old, older], Now, Now)?.Site);
    }

    [Fact]
    public void Once_a_week_one_out_of_all_is_drawn_whatever_the_plans_say()
    {
        var sites = Enumerable.Range(0, 10).Select(_ => Site(Now.AddDays(-10), Now.AddDays(-10), everyDays: 0)).ToList();
        Assert.Null(DrillPlan.Next(sites, Now.AddDays(-6), Now));
        var drawn = DrillPlan.Next(sites, Now.AddDays(-7), Now);
        Assert.Equal(RestoreDrillReason.Sample, drawn?.Reason);
        Assert.Equal(drawn, DrillPlan.Next([.. sites.AsEnumerable().Reverse()], lastSampleAt: null, Now));
        Assert.True(
            Enumerable.Range(0, 20).Select(week => DrillPlan.Next(sites, null, Now.AddDays(7 * week))?.Site).Distinct().Count() > 3
        );
    }

    [Fact]
    public void What_was_missed_for_a_year_is_made_up_for_once_for_each_site()
    {
        var later = Now.AddDays(400);
        var sites = Enumerable.Range(0, 3).Select(_ => Site(Now, Now)).ToList();
        var reasons = new List<RestoreDrillReason>();
        DateTimeOffset? sample = Now;
        while (DrillPlan.Next(sites, sample, later) is { } due)
        {
            reasons.Add(due.Reason);
            sample = due.Reason == RestoreDrillReason.Sample ? later : sample;
            sites[sites.IndexOf(due.Site)] = due.Site with { LastDrillAt = later, LastTryAt = later };
        }

        // They are all just drilled then, so that the sample waits for a site that may be.
        Assert.Equal([RestoreDrillReason.Plan, RestoreDrillReason.Plan, RestoreDrillReason.Plan], reasons);
    }

    [Fact]
    public void A_clock_that_was_set_back_drills_nobody_twice() =>
        Assert.Null(DrillPlan.Next([Site(Now.AddHours(1), Now.AddHours(1))], Now.AddHours(1), Now));

    [Fact]
    public void The_copy_that_was_never_proved_goes_before_the_one_proved_longest_ago_and_the_targets_take_turns()
    {
        var never = new DrillCopy(Guid.CreateVersion7(), "sftp", IsLocal: false, ProvedAt: null, TriedAt: Now);
        var old = new DrillCopy(Guid.CreateVersion7(), "local", IsLocal: true, Now.AddDays(-9), Now.AddDays(-9));
        var newer = new DrillCopy(Guid.CreateVersion7(), "s3", IsLocal: false, Now.AddDays(-2), Now.AddDays(-2));
        Assert.Equal(never, DrillCopy.Next([newer, old, never]));
        Assert.Equal(old, DrillCopy.Next([newer, old]));
        // A new restore point: no copy of it is proved, and the target that was tried last does not go first again.
        Assert.Equal(old with { ProvedAt = null }, DrillCopy.Next([never, newer with { ProvedAt = null }, old with { ProvedAt = null }]));
        Assert.Equal("local", DrillCopy.Next([never with { TriedAt = null }, old with { ProvedAt = null, TriedAt = null }])?.TargetName);
        Assert.Null(DrillCopy.Next([]));
    }

    private static DrillCandidate Site(
        DateTimeOffset? lastDrill = null,
        DateTimeOffset? lastTry = null,
        int everyDays = 30,
        DateTimeOffset? firstGood = null
    ) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), firstGood ?? Now.AddDays(-60), everyDays, lastDrill, lastTry);
}
