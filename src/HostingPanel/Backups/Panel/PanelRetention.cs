using System.Globalization;

namespace HostingPanel.Backups.Panel;

/// <summary>Which backups of the panel stay at a target.</summary>
internal static class PanelRetention
{
    /// <summary>
    /// Those that go: all but the newest of each of the last days and weeks on which there is one. Days without any don't count, so that a
    /// clock that jumped, or a panel that was off for a year, takes nothing away; the newest good one never goes.
    /// </summary>
    /// <param name="good">The good ones that lie there: id and moment.</param>
    /// <param name="days">Of how many days.</param>
    /// <param name="weeks">Of how many weeks.</param>
    public static IReadOnlyList<Guid> Going(IReadOnlyCollection<(Guid Id, DateTimeOffset TakenAt)> good, int days, int weeks)
    {
        var sorted = good.OrderByDescending(one => one.TakenAt).ThenByDescending(one => one.Id).ToList();
        var staying = NewestOf(days, at => DateOnly.FromDateTime(at.UtcDateTime))
            .Concat(NewestOf(weeks, at => (ISOWeek.GetYear(at.UtcDateTime), ISOWeek.GetWeekOfYear(at.UtcDateTime))))
            .Concat(sorted.Take(1).Select(one => one.Id))
            .ToHashSet();
        return [.. sorted.Select(one => one.Id).Where(id => !staying.Contains(id))];

        IEnumerable<Guid> NewestOf<T>(int count, Func<DateTimeOffset, T> part) =>
            sorted.GroupBy(one => part(one.TakenAt)).Take(count).Select(group => group.First().Id);
    }
}
