namespace HostingPanel.Sites.Cron;

/// <summary>A scheduled task of a site as it is shown.</summary>
/// <param name="Name">Its name within the site.</param>
/// <param name="Schedule">When it runs: five fields of a crontab, in UTC; <c>H</c> is a value of the site's own.</param>
/// <param name="Words">The same in words, such as “every 5 minutes”; null for what is best read as it is written.</param>
/// <param name="Command">What runs, as it would be typed.</param>
/// <param name="Service">The service that it runs beside.</param>
/// <param name="Timeout">After this it is stopped and has failed.</param>
/// <param name="NextAt">When it runs next; null while nothing of the site runs by schedule.</param>
/// <param name="Paused">Why nothing of the site runs by schedule, for people; null when it does.</param>
/// <param name="IsOff">True where scheduled tasks are switched off for the site.</param>
/// <param name="Last">The last run; null when there was none.</param>
/// <param name="Failures">How often in a row it has failed.</param>
/// <param name="IsBackingOff">True while it waits longer than its schedule says, because it fails again and again.</param>
/// <param name="SucceededAt">When it last succeeded.</param>
/// <param name="ActiveOperation">The run that waits or runs; null for none.</param>
public sealed record CronEntryView(
    string Name,
    string Schedule,
    string? Words,
    string Command,
    string Service,
    TimeSpan Timeout,
    DateTimeOffset? NextAt,
    string? Paused,
    bool IsOff,
    CronRunView? Last,
    int Failures,
    bool IsBackingOff,
    DateTimeOffset? SucceededAt,
    Guid? ActiveOperation
);

/// <summary>A run of a scheduled task as it is shown.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="ExitCode">Its program's; null where it has none.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Operation">Its operation with its log; null when that is forgotten.</param>
public sealed record CronRunView(
    CronResult Result,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    int? ExitCode,
    string? Error,
    Guid? Operation
);
