using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

public sealed class CronScheduleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("*/5 * * * *", "2026-06-01T12:05:00Z")]
    [InlineData("30 3 * * *", "2026-06-02T03:30:00Z")]
    [InlineData("0 4 * * 0", "2026-06-07T04:00:00Z")]
    [InlineData("0 4 * * 7", "2026-06-07T04:00:00Z")]
    [InlineData("0 4 * * 1-5", "2026-06-02T04:00:00Z")]
    [InlineData("0 4 1 * *", "2026-07-01T04:00:00Z")]
    [InlineData("15,45 8-10 * * mon", "2026-06-08T08:15:00Z")]
    public void A_schedule_is_due_as_in_a_crontab(string text, string due)
    {
        Assert.True(CronSchedule.TryParse(text, out var schedule, out var problem), problem);

        Assert.Equal(DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture), schedule.Next("a", Monday));
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("0 */5 * * * ?")]
    [InlineData("@hourly")]
    [InlineData("60 * * * *")]
    [InlineData("* * * * 8")]
    [InlineData("* * 31 2 *")]
    [InlineData("a b c d e")]
    [InlineData("*/0 * * * *")]
    [InlineData("* * * * *;id")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(CronSchedule.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void An_H_spreads_sites_over_the_time_and_stays_the_same_for_each()
    {
        Assert.True(CronSchedule.TryParse("H/10 * * * *", out var schedule, out _));

        var minutes = Enumerable.Range(0, 100).Select(i => schedule.Next($"site-{i}/cron", Monday)!.Value.Minute % 10).ToList();

        Assert.Equal(minutes, Enumerable.Range(0, 100).Select(i => schedule.Next($"site-{i}/cron", Monday)!.Value.Minute % 10));
        Assert.True(minutes.Distinct().Count() >= 8, string.Join(' ', minutes));
    }

    [Fact]
    public void A_wrong_schedule_is_reported_at_its_line()
    {
        var error = BlueprintFiles.OnlyMistake("\"*/5 * * * *\"", "\"*/5 * * *\"");

        Assert.Contains("five fields as in a crontab", error.Message, StringComparison.Ordinal);
        Assert.Equal(117, error.Line);
    }
}
