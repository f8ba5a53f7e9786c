using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Backups.Drills;

/// <summary>A site that may be drilled by schedule.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="NewestId">Its newest good restore point.</param>
/// <param name="FirstGoodAt">When its first restore point became good.</param>
/// <param name="EveryDays">How often its plan wants a drill; 0 for never.</param>
/// <param name="LastDrillAt">When one of its restore points was last drilled to a verdict.</param>
/// <param name="LastTryAt">When a drill was last asked for, whatever came of it.</param>
internal sealed record DrillCandidate(
    Guid SiteId,
    Guid NewestId,
    DateTimeOffset FirstGoodAt,
    int EveryDays,
    DateTimeOffset? LastDrillAt,
    DateTimeOffset? LastTryAt
);

/// <summary>Decides which drill is due. Pure.</summary>
internal static class DrillPlan
{
    /// <summary>How often one site out of all is drilled beside what the plans say.</summary>
    public static readonly TimeSpan SampleEvery = TimeSpan.FromDays(7);

    /// <summary>A new site is left alone for so long, and one whose last drill could not be done.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromDays(1);

    /// <summary>
    /// The one drill that is due first; null when none is. However long nobody has looked, each site is due once: what was missed is made up
    /// for one time, and one after the other.
    /// </summary>
    /// <param name="candidates">The sites that have a good restore point.</param>
    /// <param name="lastSampleAt">When the last sample was asked for.</param>
    /// <param name="now">The time.</param>
    public static (DrillCandidate Site, RestoreDrillReason Reason)? Next(
        IReadOnlyCollection<DrillCandidate> candidates,
        DateTimeOffset? lastSampleAt,
        DateTimeOffset now
    )
    {
        var free = candidates
            .Where(site => site.FirstGoodAt <= now - Rest && (site.LastTryAt is not { } tried || tried <= now - Rest))
            .ToList();
        var due = free.Where(site => site.EveryDays > 0 && (site.LastDrillAt is not { } last || last <= now.AddDays(-site.EveryDays)))
            .OrderBy(site => site.LastDrillAt ?? DateTimeOffset.MinValue)
            .ThenBy(site => site.SiteId)
            .FirstOrDefault();
        if (due is not null)
        {
            return (due, RestoreDrillReason.Plan);
        }

        // By lot, and every worker draws the same: nobody can know long before which site it will be.
        return lastSampleAt is { } sample && sample > now - SampleEvery ? null
            : free.MinBy(site => Lot(site.SiteId, now), StringComparer.Ordinal) is { } drawn ? (drawn, RestoreDrillReason.Sample)
            : null;
    }

    private static string Lot(Guid site, DateTimeOffset now) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{site}/{now.UtcDateTime:yyyy-MM-dd}")))
        );
}
