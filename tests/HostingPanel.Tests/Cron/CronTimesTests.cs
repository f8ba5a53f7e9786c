using HostingPanel.Blueprints;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;

namespace HostingPanel.Tests.Cron;

/// <summary>When scheduled tasks are due. Pure.</summary>
public sealed class CronTimesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 30, TimeSpan.Zero);
    private static readonly Guid Site = Guid.Parse("11111111-1111-1111-1111-111111111111");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 10)]
    [InlineData(4, 20)]
    [InlineData(5, 40)]
    [InlineData(6, 60)]
    [InlineData(7, 60)]
    [InlineData(1000, 60)]
    public void The_third_failure_in_a_row_and_those_after_it_wait_longer_and_longer(int failures, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), CronTimes.WaitAfter(failures));

    [Fact]
    public void A_success_ends_the_waiting()
    {
        var entry = Entry("*/5 * * * *");
        foreach (var (failures, minutes) in ((int, int)[])[(1, 5), (2, 5), (3, 15), (4, 25)])
        {
            entry.Record(Run(CronResult.Failed), Noon);
            Assert.Equal((failures, At(minutes)), (entry.Failures, entry.DueAt!.Value));
            // The scheduler leaves the longer wait alone.
            entry.Follow(Schedule("*/5 * * * *"), Noon);
            Assert.Equal(At(minutes), entry.DueAt);
        }

        entry.Record(Run(CronResult.Succeeded), Noon);
        Assert.Equal((0, At(5), Noon, null), (entry.Failures, entry.DueAt!.Value, entry.SucceededAt!.Value, entry.Error));
    }

    [Fact]
    public void What_made_way_is_due_at_once_and_has_not_failed()
    {
        var entry = Entry("0 4 * * 0");
        entry.Record(Run(CronResult.MadeWay), Noon);
        Assert.Equal((0, Noon), (entry.Failures, entry.DueAt!.Value));
    }

    [Fact]
    public void Times_that_go_by_during_a_run_are_left_out()
    {
        var entry = Entry("*/5 * * * *");
        entry.Follow(Schedule("*/5 * * * *"), Noon);
        entry.Record(Run(CronResult.Succeeded), Noon.AddMinutes(17));
        Assert.Equal(At(20), entry.DueAt);
    }

    [Fact]
    public void Another_schedule_counts_from_now_and_a_clock_that_was_put_back_leaves_nothing_waiting()
    {
        var entry = Entry("0 4 * * *");
        entry.Follow(Schedule("0 4 * * *"), Noon);
        Assert.Equal(new DateTimeOffset(2026, 3, 15, 4, 0, 0, TimeSpan.Zero), entry.DueAt);
        entry.Follow(Schedule("*/10 * * * *"), Noon);
        Assert.Equal(("*/10 * * * *", At(10)), (entry.Schedule, entry.DueAt!.Value));
        entry.Follow(Schedule("*/10 * * * *"), Noon.AddYears(-1));
        Assert.Equal(At(10).AddYears(-1), entry.DueAt);
        // One that is past stays so: it is made up for.
        entry.Follow(Schedule("*/10 * * * *"), Noon.AddYears(1));
        Assert.Equal(At(10).AddYears(-1), entry.DueAt);
    }

    [Fact]
    public void Sites_do_not_all_start_at_the_same_minute_and_neither_do_the_tasks_of_one()
    {
        var schedule = Schedule("H * * * *");
        var sites = Enumerable.Range(0, 60).Select(_ => CronTimes.Next(schedule, Guid.CreateVersion7(), "cron", Noon)!.Value.Minute);
        Assert.True(sites.Distinct().Count() > 20);
        var tasks = Enumerable.Range(0, 60).Select(task => CronTimes.Next(schedule, Site, $"task-{task}", Noon)!.Value.Minute);
        Assert.True(tasks.Distinct().Count() > 20);
    }

    [Theory]
    [InlineData(SiteState.Running, SiteEnvironment.Live, false, true)]
    [InlineData(SiteState.Running, SiteEnvironment.Live, true, false)]
    [InlineData(SiteState.Stopped, SiteEnvironment.Live, false, false)]
    [InlineData(SiteState.Trashed, SiteEnvironment.Live, false, false)]
    [InlineData(SiteState.New, SiteEnvironment.Live, false, false)]
    [InlineData(SiteState.Failed, SiteEnvironment.Live, false, false)]
    [InlineData(SiteState.Running, SiteEnvironment.Staging, false, false)]
    [InlineData(SiteState.Running, SiteEnvironment.Drill, false, false)]
    public void Only_of_live_sites_that_run_and_that_nobody_works_on_anything_runs(
        SiteState state,
        SiteEnvironment environment,
        bool handsOff,
        bool runs
    ) =>
        Assert.Equal(
            runs,
            CronTimes.WhyPaused(state, environment, isOff: false, handsOff ? Noon.AddHours(1) : Noon.AddHours(-1), Noon) is null
        );

    [Theory]
    [InlineData("* * * * *", "every minute")]
    [InlineData("*/5 * * * *", "every 5 minutes")]
    [InlineData("H/15 * * * *", "every 15 minutes")]
    [InlineData("17 * * * *", "every hour")]
    [InlineData("H * * * *", "every hour")]
    [InlineData("0 */6 * * *", "every 6 hours")]
    [InlineData("H H * * *", "once a day")]
    [InlineData("5 3 * * *", "daily at 03:05 UTC")]
    [InlineData("30 14 * * 0", "on Sundays at 14:30 UTC")]
    [InlineData("30 14 * * 7", "on Sundays at 14:30 UTC")]
    [InlineData("*/7 * * * *", null)]
    [InlineData("0 */7 * * *", null)]
    [InlineData("0 4 1 * *", null)]
    [InlineData("0 4 * * 1-5", null)]
    [InlineData("0,30 * * * *", null)]
    [InlineData("", null)]
    public void The_usual_schedules_have_words(string schedule, string? words) => Assert.Equal(words, CronWords.Of(schedule));

    private static CronEntry Entry(string schedule) =>
        new()
        {
            SiteId = Site,
            Name = "cron",
            Schedule = schedule,
        };

    private static CronRun Run(CronResult result) =>
        new(Guid.CreateVersion7(), result, Noon.AddSeconds(-3), 0, result == CronResult.Failed ? "no" : null);

    private static CronSchedule Schedule(string text) =>
        CronSchedule.TryParse(text, out var schedule, out var problem) ? schedule : throw new InvalidOperationException(problem);

    private static DateTimeOffset At(int minutes) => new(2026, 3, 14, 12, minutes, 0, TimeSpan.Zero);
}
