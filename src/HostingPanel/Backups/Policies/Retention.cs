using System.Globalization;

namespace HostingPanel.Backups.Policies;

/// <summary>How many restore points are kept: the newest, and the newest of each of so many days, weeks, months and years that have one.</summary>
public sealed record RetentionRules(int Last, int Daily, int Weekly, int Monthly, int Yearly);

/// <summary>A good restore point, as far as its keeping is concerned.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="TakenAt">The moment that it is of.</param>
/// <param name="Reason">Why it was taken.</param>
/// <param name="IsProved">True when it was restored and found right.</param>
/// <param name="WholeAt">The repositories that have a whole copy of it.</param>
internal sealed record RetentionPoint(
    Guid Id,
    DateTimeOffset TakenAt,
    RestorePointReason Reason,
    bool IsProved,
    IReadOnlyList<Guid> WholeAt
)
{
    /// <summary>Why it can't go just now, whatever the rules say; null for no reason.</summary>
    public string? Held { get; init; }
}

/// <summary>What becomes of one.</summary>
/// <param name="Point">Which.</param>
/// <param name="Reasons">Why it stays; none when it goes.</param>
internal sealed record RetentionVerdict(RetentionPoint Point, IReadOnlyList<string> Reasons)
{
    public bool Goes => Reasons.Count == 0;
}

/// <summary>
/// What is kept and what goes: counted over the rows of good restore points, never by what a repository says. Nothing but the keeping of
/// safety and pre-upgrade points knows an age, and that is counted from the newest restore point: a clock that is set wrong removes nothing
/// by itself.
/// </summary>
internal static class Retention
{
    /// <summary>No run removes more, so that a mistake can be noticed before everything has gone.</summary>
    public const int MaxInOneRun = 10;

    /// <summary>Of safety and pre-upgrade points so many of each stay, whatever their age.</summary>
    public const int KeptApart = 3;

    /// <summary>So many failed restore points are kept to be looked into.</summary>
    public const int KeptFailed = 10;

    /// <summary>Safety and pre-upgrade points stay so long at least.</summary>
    public static readonly TimeSpan KeptApartFor = TimeSpan.FromDays(14);

    /// <summary>A clock that is this much before the newest restore point is set wrong.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    /// <summary>A longer pause between the two newest restore points is more likely a clock that was set wrong.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromDays(31);

    /// <summary>Decides.</summary>
    /// <param name="rules">How many are kept.</param>
    /// <param name="zone">Whose days, weeks, months and years they are.</param>
    /// <param name="points">All good restore points of one site.</param>
    /// <returns>The newest first.</returns>
    public static IReadOnlyList<RetentionVerdict> Decide(RetentionRules rules, TimeZoneInfo zone, IEnumerable<RetentionPoint> points)
    {
        var all = points.OrderByDescending(point => point.TakenAt).ThenByDescending(point => point.Id).ToList();
        var reasons = all.ToDictionary(point => point.Id, _ => new List<string>());
        if (all.Count == 0)
        {
            return [];
        }

        Keep(all[0], "the newest");
        if (all.FirstOrDefault(point => point.IsProved) is { } proved)
        {
            Keep(proved, "the newest that was proved");
        }

        foreach (var repository in all.SelectMany(point => point.WholeAt).Distinct())
        {
            Keep(all.First(point => point.WholeAt.Contains(repository)), "the newest at one of its targets");
        }

        foreach (var point in all.Where(point => point.Held is not null))
        {
            Keep(point, point.Held!);
        }

        KeepApart();
        KeepOrdinary();
        return [.. all.Select(point => new RetentionVerdict(point, [.. reasons[point.Id].Distinct(StringComparer.Ordinal)]))];

        void Keep(RetentionPoint point, string reason) => reasons[point.Id].Add(reason);

        void KeepApart()
        {
            foreach (var kind in all.Where(point => IsApart(point.Reason)).GroupBy(point => point.Reason))
            {
                foreach (var (index, point) in kind.Index())
                {
                    if (index < KeptApart || all[0].TakenAt - point.TakenAt < KeptApartFor)
                    {
                        Keep(point, kind.Key == RestorePointReason.Safety ? "the way back from a restore" : "the way back from an upgrade");
                    }
                }
            }
        }

        void KeepOrdinary()
        {
            var ordinary = all.Where(point => !IsApart(point.Reason)).ToList();
            foreach (var point in ordinary.Take(rules.Last))
            {
                Keep(point, "one of the last");
            }

            KeepNewestOf(ordinary, rules.Daily, "of the day", date => date.DayNumber);
            KeepNewestOf(
                ordinary,
                rules.Weekly,
                "of the week",
                date => (ISOWeek.GetYear(date.ToDateTime(default)) * 100) + ISOWeek.GetWeekOfYear(date.ToDateTime(default))
            );
            KeepNewestOf(ordinary, rules.Monthly, "of the month", date => (date.Year * 100) + date.Month);
            KeepNewestOf(ordinary, rules.Yearly, "of the year", date => date.Year);
        }

        void KeepNewestOf(List<RetentionPoint> ordinary, int count, string reason, Func<DateOnly, int> period)
        {
            var newest = ordinary
                .GroupBy(point => period(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(point.TakenAt, zone).DateTime)))
                .Take(count)
                .Select(points => points.First());
            foreach (var point in newest)
            {
                Keep(point, reason);
            }
        }
    }

    /// <summary>Of those that go the oldest, as many as one run may remove.</summary>
    public static IReadOnlyList<Guid> InOneRun(IReadOnlyList<RetentionVerdict> verdicts) =>
        [.. verdicts.Where(verdict => verdict.Goes).Reverse().Take(MaxInOneRun).Select(verdict => verdict.Point.Id)];

    /// <summary>
    /// Why nothing may be removed by this clock: it lies before the newest restore point, or there is a gap before that one which is longer
    /// than its schedule explains. The next restore points mend it.
    /// </summary>
    /// <param name="times">When they were taken.</param>
    /// <param name="interval">How far they usually lie apart.</param>
    /// <param name="now">What the clock says.</param>
    public static Problem? ClockFault(IEnumerable<DateTimeOffset> times, TimeSpan interval, DateTimeOffset now)
    {
        var newest = times.OrderDescending().Take(2).ToList();
        return newest switch
        {
            [var last, ..] when last > now + Ahead => Fault(
                $"The newest restore point is of {last:yyyy-MM-dd HH:mm} UTC, and the clock says that it is before that. Nothing is removed. Set the clock right; where it was wrong when the restore point was taken, delete that one."
            ),
            [var last, var before] when last - before > Max(LongPause, interval * 3) => Fault(
                $"{(last - before).TotalDays:0} days lie between the two newest restore points: either there was a long pause or the clock is wrong. Nothing is removed until the next one is good."
            ),
            _ => null,
        };

        static Problem Fault(FormattableString message) =>
            new(ProblemKind.Conflict, "clock-implausible", message.ToString(CultureInfo.InvariantCulture));
    }

    private static bool IsApart(RestorePointReason reason) =>
        reason switch
        {
            RestorePointReason.PreUpgrade or RestorePointReason.Safety => true,
            RestorePointReason.Manual or RestorePointReason.Schedule => false,
            _ => throw new InvalidOperationException($"How long restore points of the reason {reason} are kept is not written down."),
        };

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
