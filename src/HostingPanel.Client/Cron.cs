namespace HostingPanel.Client;

/// <summary>How a run of a scheduled task ended.</summary>
public enum CronResult
{
    /// <summary>Its program ended with exit code 0.</summary>
    Succeeded,

    /// <summary>It ended with another exit code, or not in time, or could not be started.</summary>
    Failed,

    /// <summary>Something more urgent wanted the site; it runs again as soon as the site is free.</summary>
    MadeWay,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}

/// <summary>A scheduled task of a site, from its blueprint.</summary>
/// <param name="Name">Its name within the site.</param>
/// <param name="Schedule">When it runs: five fields of a crontab, in UTC; <c>H</c> is a value of the site's own.</param>
/// <param name="Words">The same in words, such as “every 5 minutes”; null for what is best read as it is written.</param>
/// <param name="Command">What runs, as it would be typed.</param>
/// <param name="Service">The service that it runs beside.</param>
/// <param name="TimeoutSeconds">After this it is stopped and has failed.</param>
/// <param name="NextAt">When it runs next; null while nothing of the site runs by schedule.</param>
/// <param name="Paused">Why nothing of the site runs by schedule, for people; null when it does.</param>
/// <param name="SwitchedOff">True where scheduled tasks are switched off for the site (<see cref="UpdateSiteRequest.RunsCron"/>).</param>
/// <param name="Last">The last run; null when there was none.</param>
/// <param name="Failures">How often in a row it has failed.</param>
/// <param name="BackingOff">True while it waits longer than its schedule says, because it fails again and again.</param>
/// <param name="SucceededAt">When it last succeeded.</param>
/// <param name="ActiveOperation">The run that waits or runs; null for none.</param>
public sealed record CronEntry(
    string Name,
    string Schedule,
    string? Words,
    string Command,
    string Service,
    double TimeoutSeconds,
    DateTimeOffset? NextAt,
    string? Paused,
    bool SwitchedOff,
    CronRun? Last,
    int Failures,
    bool BackingOff,
    DateTimeOffset? SucceededAt,
    Guid? ActiveOperation
);

/// <summary>A run of a scheduled task that has ended.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="ExitCode">Its program's; null where it has none, because it did not end by itself or did not start.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Operation">Its operation with its log; null when that is forgotten, as it is after some hours unless it failed.</param>
public sealed record CronRun(
    CronResult Result,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    int? ExitCode,
    string? Error,
    Guid? Operation
);
