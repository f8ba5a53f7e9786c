using HostingPanel.Backups;
using HostingPanel.Backups.Policies;

namespace HostingPanel.Tests.Backups;

public sealed class RetentionTests
{
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");
    private static readonly Guid Local = Guid.CreateVersion7();
    private static readonly Guid Away = Guid.CreateVersion7();
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 23, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_newest_of_each_period_that_has_one_stays()
    {
        var points = Enumerable.Range(0, 100).Select(day => Point(Start.AddDays(day))).ToList();
        var kept = Kept(new RetentionRules(2, 5, 3, 3, 1), points);
        // 2026-04-10 is the last; the days are Vienna's, so what was taken at 23:00 UTC is of the day after.
        Assert.Equal([99, 98, 97, 96, 95, 93, 88, 86, 57], kept.Select(point => points.IndexOf(point)));
    }

    [Fact]
    public void Whatever_the_rules_say_a_site_keeps_its_newest_its_newest_proved_and_the_newest_at_each_target()
    {
        var points = new[]
        {
            Point(Start) with
            {
                WholeAt = [Away],
            },
            Point(Start.AddDays(1)) with
            {
                IsProved = true,
            },
            Point(Start.AddDays(2)),
            Point(Start.AddDays(3)),
        };
        var verdicts = Retention.Decide(new RetentionRules(0, 0, 0, 0, 1), TimeZoneInfo.Utc, points);
        Assert.Equal(points[2].Id, Assert.Single(verdicts, verdict => verdict.Goes).Point.Id);
        Assert.Contains("the newest", verdicts[0].Reasons);
        Assert.Equal(["the newest that was proved"], verdicts[2].Reasons);
        Assert.Equal(["the newest at one of its targets"], verdicts[3].Reasons);
    }

    [Fact]
    public void Points_from_before_an_upgrade_or_a_restore_are_kept_apart()
    {
        var points = Enumerable
            .Range(0, 10)
            .SelectMany(week =>
                new[]
                {
                    Point(Start.AddDays(week * 7)) with
                    {
                        Reason = RestorePointReason.PreUpgrade,
                    },
                    Point(Start.AddDays((week * 7) + 1)),
                }
            )
            .ToList();
        var kept = Kept(new RetentionRules(1, 0, 0, 0, 0), points);
        Assert.Equal(3, kept.Count(point => point.Reason == RestorePointReason.PreUpgrade));
        Assert.Single(kept, point => point.Reason == RestorePointReason.Schedule);
    }

    [Fact]
    public void A_clock_that_jumps_removes_nothing_and_one_run_removes_little()
    {
        var points = Enumerable.Range(0, 40).Select(day => Point(Start.AddDays(day))).ToList();
        var day = TimeSpan.FromDays(1);
        var times = points.Select(point => point.TakenAt).ToList();
        Assert.Null(Retention.ClockFault(times, day, Start.AddDays(40)));
        // Put back by more than an hour; far ahead, with one restore point taken there.
        Assert.Equal("clock-implausible", Retention.ClockFault(times, day, Start.AddDays(38))?.Code);
        Assert.Equal("clock-implausible", Retention.ClockFault([.. times, Start.AddDays(440)], day, Start.AddDays(440))?.Code);
        // Set right again.
        Assert.Equal("clock-implausible", Retention.ClockFault([.. times, Start.AddDays(440)], day, Start.AddDays(41))?.Code);
        // A site that is backed up twice a year has long pauses.
        Assert.Null(Retention.ClockFault([Start, Start.AddDays(180)], TimeSpan.FromDays(182), Start.AddDays(181)));

        var verdicts = Retention.Decide(new RetentionRules(1, 0, 0, 0, 0), Vienna, points);
        Assert.Equal(39, verdicts.Count(verdict => verdict.Goes));
        Assert.Equal(points.Take(Retention.MaxInOneRun).Select(point => point.Id), Retention.InOneRun(verdicts));
    }

    /// <summary>Random histories and rules against a model that is as simple as it can be.</summary>
    [Fact]
    public void It_never_leaves_a_site_without_and_agrees_with_a_simple_model()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Dice(seed);
            var at = Start;
            var points = new List<RetentionPoint>();
            for (var number = random.Next(1, 120); number > 0; number--)
            {
                at += TimeSpan.FromMinutes(random.Next(1, 60 * 24 * random.Next(1, 20)));
                points.Add(
                    Point(at) with
                    {
                        Reason = (RestorePointReason)random.Next(4),
                        IsProved = random.Next(10) == 0,
                        WholeAt = random.Next(3) switch
                        {
                            0 => [Local],
                            1 => [Away],
                            _ => [Local, Away],
                        },
                    }
                );
            }

            var rules = new RetentionRules(random.Next(4), random.Next(10), random.Next(6), random.Next(6), random.Next(3));
            var kept = Kept(rules, points.OrderBy(_ => random.Next(1_000_000)));
            Assert.Equal((seed, Model(rules, points)), (seed, string.Join(' ', kept.Select(point => points.IndexOf(point)).Order())));
            Assert.Contains(points[^1], kept);
            Assert.True(!points.Exists(point => point.IsProved) || kept.Any(point => point.IsProved), $"{seed}: none is proved any more.");
            foreach (var target in points.SelectMany(point => point.WholeAt).Distinct())
            {
                Assert.Contains(kept, point => point.WholeAt.Contains(target));
            }
        }
    }

    private static string Model(RetentionRules rules, List<RetentionPoint> points)
    {
        var ordinary = points.Where(point => point.Reason is RestorePointReason.Manual or RestorePointReason.Schedule).Reverse().ToList();
        var kept = ordinary.Take(rules.Last).ToHashSet();
        Add(rules.Daily, "yyyy-MM-dd");
        Add(rules.Monthly, "yyyy-MM");
        Add(rules.Yearly, "yyyy");
        var mondays = new List<DateTime>();
        foreach (var point in ordinary)
        {
            var day = Wall(point).Date;
            var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
            if (mondays.Count < rules.Weekly && !mondays.Contains(monday))
            {
                mondays.Add(monday);
                kept.Add(point);
            }
        }

        foreach (var reason in new[] { RestorePointReason.PreUpgrade, RestorePointReason.Safety })
        {
            var own = points.Where(point => point.Reason == reason).Reverse().ToList();
            kept.UnionWith(own.Take(3));
            kept.UnionWith(own.Where(point => points[^1].TakenAt - point.TakenAt < TimeSpan.FromDays(14)));
        }

        kept.Add(points[^1]);
        kept.UnionWith(points.Where(point => point.IsProved).TakeLast(1));
        kept.UnionWith(points.Where(point => point.WholeAt.Contains(Local)).TakeLast(1));
        kept.UnionWith(points.Where(point => point.WholeAt.Contains(Away)).TakeLast(1));
        return string.Join(' ', kept.Select(point => points.IndexOf(point)).Order());

        void Add(int count, string format)
        {
            var periods = new List<string>();
            foreach (var point in ordinary)
            {
                var period = Wall(point).ToString(format, System.Globalization.CultureInfo.InvariantCulture);
                if (periods.Count < count && !periods.Contains(period))
                {
                    periods.Add(period);
                    kept.Add(point);
                }
            }
        }
    }

    private static DateTime Wall(RetentionPoint point) => TimeZoneInfo.ConvertTime(point.TakenAt, Vienna).DateTime;

    private static List<RetentionPoint> Kept(RetentionRules rules, IEnumerable<RetentionPoint> points) =>
        [.. Retention.Decide(rules, Vienna, points).Where(verdict => !verdict.Goes).Select(verdict => verdict.Point)];

    private static RetentionPoint Point(DateTimeOffset at) =>
        new(Guid.CreateVersion7(at), at, RestorePointReason.Schedule, IsProved: false, [Local]);
}
