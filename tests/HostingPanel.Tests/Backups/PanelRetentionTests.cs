using HostingPanel.Backups.Panel;

namespace HostingPanel.Tests.Backups;

/// <summary>Which backups of the panel stay.</summary>
public sealed class PanelRetentionTests
{
    private static readonly DateTimeOffset Sunday = new(2026, 7, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_newest_of_each_of_the_last_days_and_weeks_stays()
    {
        var all = Enumerable.Range(0, 60).Select(day => Sunday.AddDays(-day)).ToList();
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 14, 21], Staying(all, days: 7, weeks: 4).Select(at => (Sunday - at).Days));
    }

    [Fact]
    public void Of_several_on_a_day_the_last_stays_and_days_without_any_count_for_nothing()
    {
        DateTimeOffset[] all = [Sunday, Sunday.AddHours(-1), Sunday.AddDays(-400), Sunday.AddDays(-400).AddHours(-1), Sunday.AddDays(-800)];
        Assert.Equal([Sunday, Sunday.AddDays(-400)], Staying(all, days: 2, weeks: 0));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 4)]
    public void One_always_stays(int days, int weeks)
    {
        Assert.Equal([Sunday], Staying([Sunday], days, weeks));
        Assert.Empty(PanelRetention.Going([], days, weeks));
    }

    private static IEnumerable<DateTimeOffset> Staying(IReadOnlyList<DateTimeOffset> all, int days, int weeks)
    {
        var known = all.Select(at => (Id: Guid.CreateVersion7(at), TakenAt: at)).ToList();
        var going = PanelRetention.Going(known, days, weeks);
        return known.Where(one => !going.Contains(one.Id)).Select(one => one.TakenAt);
    }
}
