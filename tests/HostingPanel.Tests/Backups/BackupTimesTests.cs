using System.Globalization;
using HostingPanel.Backups.Policies;

namespace HostingPanel.Tests.Backups;

public sealed class BackupTimesTests
{
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");
    private static readonly Guid Site = Guid.Parse("0198f2b0-0000-7000-8000-000000000001");

    [Theory]
    // Put forward: 02:30 does not exist on the 29th, and is due when the clock has been put forward.
    [InlineData("30 2 * * *", "2026-03-28T00:00:00Z", "2026-03-28T01:30:00Z 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z")]
    // Put back: 02:30 exists twice on the 25th, and is due the first time.
    [InlineData("30 2 * * *", "2026-10-24T00:00:00Z", "2026-10-24T00:30:00Z 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z")]
    // Two times that fall on the same moment are one.
    [InlineData("0 2,3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:00:00Z 2026-03-30T01:00:00Z")]
    public void A_cron_expression_is_read_on_the_wall_clock(string cron, string after, string expected) =>
        Assert.Equal(expected, string.Join(' ', Fires(BackupTimes.OfCron(cron, Vienna), At(after)).Take(3).Select(Show)));

    [Fact]
    public void A_window_gives_each_site_its_own_time_once_a_day_over_midnight_and_over_a_change_of_the_clock()
    {
        var times = BackupTimes.OfWindow(new TimeOnly(22, 0), new TimeOnly(3, 0), Vienna);
        var minutes = new HashSet<TimeSpan>();
        for (var number = 0; number < 50; number++)
        {
            var site = Guid.Parse($"0198f2b0-0000-7000-8000-{number:000000000000}");
            var fires = Fires(times, At("2026-03-20T00:00:00Z"), site).Take(40).ToList();
            Assert.All(
                fires,
                fire =>
                {
                    var wall = TimeZoneInfo.ConvertTime(fire, Vienna).TimeOfDay;
                    Assert.True(wall >= TimeSpan.FromHours(22) || wall <= TimeSpan.FromHours(3), $"{fire:O} is at {wall}.");
                    minutes.Add(wall);
                }
            );
            Assert.All(fires.Zip(fires.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalHours, 21.5, 25.5));
        }

        Assert.True(minutes.Count > 30, "The sites are not spread.");
    }

    [Fact]
    public void What_is_promised_is_the_due_time_half_an_interval_and_an_hour()
    {
        var times = BackupTimes.OfCron("0 3 * * *", TimeZoneInfo.Utc);
        Assert.Equal(At("2026-01-02T16:00:00Z"), times.Promise(Site, At("2026-01-01T12:00:00Z")));
        var weekly = BackupTimes.OfCron("0 0 * * 0", TimeZoneInfo.Utc);
        Assert.Equal(At("2026-01-14T13:00:00Z"), weekly.Promise(Site, At("2026-01-04T01:00:00Z")));
    }

    [Theory]
    [InlineData("61 * * * *", "cron")]
    [InlineData("0 0 30 2 *", "cron")]
    [InlineData("* * * * *", "cron")]
    [InlineData("$(id)", "cron")]
    public void A_schedule_that_is_none_is_refused(string cron, string path) =>
        Assert.Equal([path], Faults(Good with { Cron = cron, WindowFrom = null, WindowTo = null }));

    [Fact]
    public void Each_thing_that_is_wrong_with_a_policy_is_told_at_its_place()
    {
        Assert.Empty(Faults(Good));
        Assert.Equal(["window"], Faults(Good with { WindowTo = "22:00" }));
        Assert.Equal(["window.to"], Faults(Good with { WindowTo = "25:00" }));
        Assert.Equal(["window.from"], Faults(Good with { WindowFrom = null }));
        Assert.Equal(["cron"], Faults(Good with { WindowFrom = null, WindowTo = null }));
        Assert.Equal(["window"], Faults(Good with { Cron = "0 3 * * *" }));
        foreach (var zone in new[] { "Europe/Atlantis", "../etc/passwd", "CEST", "", "Europe/Vienna\0" })
        {
            Assert.Equal(["timeZone"], Faults(Good with { TimeZone = zone }));
        }

        Assert.Equal(["retention"], Faults(Good with { Retention = new RetentionRules(0, 0, 0, 0, 0) }));
        Assert.Equal(["retention"], Faults(Good with { Retention = null }));
        Assert.Equal(["retention.daily"], Faults(Good with { Retention = new RetentionRules(1, -1, 0, 0, 0) }));
        Assert.Equal(["offReason"], Faults(Good with { Enabled = false }));
        Assert.Empty(Faults(Good with { Enabled = false, OffReason = "A copy that nobody misses." }));
        Assert.Equal(["targets"], Faults(Good with { Targets = ["local", "local"] }));
    }

    private static readonly PolicyCommand Good = new(
        Enabled: null,
        OffReason: null,
        Cron: null,
        "22:00",
        "02:00",
        "Europe/Vienna",
        Targets: null,
        new RetentionRules(1, 0, 0, 0, 0)
    );

    private static string[] Faults(PolicyCommand command)
    {
        var errors = new FieldErrors();
        PolicyRules.Check(command, At("2026-01-01T00:00:00Z"), errors);
        return [.. errors.ToProblem()?.Errors.Select(error => error.Path) ?? []];
    }

    private static IEnumerable<DateTimeOffset> Fires(BackupTimes times, DateTimeOffset after, Guid? site = null)
    {
        while (times.Next(site ?? Site, after) is { } next)
        {
            yield return after = next;
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static string Show(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
