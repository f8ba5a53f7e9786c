using HostingPanel.Blueprints;

namespace HostingPanel.Sites.Cron;

/// <summary>When scheduled tasks run, and when they do not. Pure.</summary>
internal static class CronTimes
{
    /// <summary>So many failures in a row change nothing: a database that was being restarted is no reason to wait.</summary>
    public const int ToleratedFailures = 2;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>The first time after <paramref name="after"/>; <c>H</c> differs from site to site and from entry to entry.</summary>
    public static DateTimeOffset? Next(CronSchedule schedule, Guid siteId, string name, DateTimeOffset after) =>
        schedule.Next($"{siteId}/{name}", after);

    /// <summary>
    /// How long an entry that failed so often in a row waits at least, before it runs at the next time of its schedule: after the third
    /// failure 10 minutes, doubled with each one more, an hour at most.
    /// </summary>
    public static TimeSpan WaitAfter(int failures) =>
        failures <= ToleratedFailures ? TimeSpan.Zero
        : failures - ToleratedFailures > 3 ? LongestWait
        : FirstWait * (1 << (failures - ToleratedFailures - 1));

    /// <summary>Why nothing of a site runs by schedule, for people; null when it does.</summary>
    /// <param name="state">The site's.</param>
    /// <param name="environment">The site's.</param>
    /// <param name="isOff">See <see cref="Site.CronIsOff"/>.</param>
    /// <param name="handsOffUntil">Until when somebody works on it.</param>
    /// <param name="now">The time.</param>
    public static string? WhyPaused(
        SiteState state,
        SiteEnvironment environment,
        bool isOff,
        DateTimeOffset? handsOffUntil,
        DateTimeOffset now
    ) =>
        environment != SiteEnvironment.Live ? "This is a copy. Copies run no scheduled tasks, so that they mail and bill nobody."
        : state == SiteState.Trashed ? "The site is in the trash."
        : state != SiteState.Running ? "The site does not run."
        : isOff ? "Scheduled tasks are switched off for this site, as for each that is restored beside the one it comes from."
        : handsOffUntil > now ? "Hands off: while somebody works on the site, nothing runs by schedule."
        : null;
}
