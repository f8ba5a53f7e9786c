using System.Buffers.Binary;
using System.Security.Cryptography;
using HostingPanel.Blueprints;

namespace HostingPanel.Backups.Policies;

/// <summary>
/// When a site's restore points are due. Times are the wall clock's of a time zone: one that does not exist, because the clock is put
/// forward, is due when it has been; one that exists twice is due the first time.
/// </summary>
internal sealed class BackupTimes
{
    private const int MinutesOfDay = 24 * 60;
    private readonly CronSchedule? _cron;
    private readonly TimeOnly _from;
    private readonly int _length;
    private readonly TimeZoneInfo _zone;

    private BackupTimes(CronSchedule? cron, TimeOnly from, int length, TimeZoneInfo zone) =>
        (_cron, _from, _length, _zone) = (cron, from, length, zone);

    /// <summary>Those of a policy that was checked.</summary>
    public static BackupTimes Of(BackupPolicy policy)
    {
        var zone = ZoneOf(policy.TimeZone);
        return policy.Cron is { } text ? OfCron(text, zone) : OfWindow(policy.WindowFrom!.Value, policy.WindowTo!.Value, zone);
    }

    public static BackupTimes OfCron(string text, TimeZoneInfo zone) =>
        CronSchedule.TryParse(text, out var cron, out var expected)
            ? new BackupTimes(cron, default, 0, zone)
            : throw new InvalidOperationException($"“{text}” is not {expected}.");

    public static BackupTimes OfWindow(TimeOnly from, TimeOnly to, TimeZoneInfo zone) => new(cron: null, from, LengthOf(from, to), zone);

    /// <summary>A time zone by IANA's name; one that this machine does not know any more is read as UTC.</summary>
    public static TimeZoneInfo ZoneOf(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>How many minutes a window has; 0 for one without a length.</summary>
    public static int LengthOf(TimeOnly from, TimeOnly to) => (int)(((to - from).TotalMinutes + MinutesOfDay) % MinutesOfDay);

    /// <summary>The first time strictly after another; null when there is none any more.</summary>
    public DateTimeOffset? Next(Guid siteId, DateTimeOffset after)
    {
        // What comes later on the wall is never earlier in truth, so it can be looked for in the order of the wall.
        var wall = TimeZoneInfo.ConvertTime(after, _zone).DateTime;
        foreach (var local in _cron is null ? InWindow(siteId, wall) : ByCron(siteId, wall))
        {
            if (InstantOf(local) is var instant && instant > after)
            {
                return instant;
            }
        }

        return null;
    }

    /// <summary>
    /// By when the next good restore point must be there, when the last one is of this time: its due time, half the time to the one after it,
    /// and an hour for those that wait for others.
    /// </summary>
    public DateTimeOffset? Promise(Guid siteId, DateTimeOffset lastGood)
    {
        if (Next(siteId, lastGood) is not { } due)
        {
            return null;
        }

        var following = Next(siteId, due) ?? due.AddDays(1);
        return due + ((following - due) / 2) + TimeSpan.FromHours(1);
    }

    /// <summary>How long it is from the first due time after this one to the second.</summary>
    public TimeSpan IntervalAfter(Guid siteId, DateTimeOffset after) =>
        Next(siteId, after) is { } due && Next(siteId, due) is { } following ? following - due : TimeSpan.FromDays(1);

    /// <summary>The moment that the wall clock shows this time, the first one.</summary>
    private DateTimeOffset InstantOf(DateTime local)
    {
        while (_zone.IsInvalidTime(local))
        {
            local = new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Unspecified).AddMinutes(1);
        }

        var offset = _zone.IsAmbiguousTime(local) ? _zone.GetAmbiguousTimeOffsets(local).Max() : _zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private IEnumerable<DateTime> InWindow(Guid siteId, DateTime wall)
    {
        var minute = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(siteId.ToByteArray())) % (ulong)_length;
        for (var day = -2; day <= 3; day++)
        {
            yield return DateTime.SpecifyKind(wall.Date, DateTimeKind.Unspecified).AddDays(day)
                + _from.ToTimeSpan()
                + TimeSpan.FromMinutes(minute);
        }
    }

    private IEnumerable<DateTime> ByCron(Guid siteId, DateTime wall)
    {
        // Read on a clock that is never put forward or back: the wall's.
        var at = new DateTimeOffset(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), TimeSpan.Zero);
        while (_cron!.Next($"{siteId:N}", at) is { } next)
        {
            yield return DateTime.SpecifyKind(next.DateTime, DateTimeKind.Unspecified);
            at = next;
        }
    }
}
