namespace HostingPanel.Blueprints;

/// <summary>Something that runs as a job from a service's image, with that service's environment, mounts, secrets and limits.</summary>
/// <param name="Service">The service it runs beside.</param>
/// <param name="Arguments">Program and arguments; no shell reads them.</param>
/// <param name="Timeout">After this it is stopped and has failed.</param>
/// <param name="User">The user it runs as when not the service's.</param>
/// <param name="Secrets">Secrets in addition to the service's.</param>
/// <param name="Environment">Variables in addition to the service's; they win over its.</param>
public sealed record BlueprintCommand(
    string Service,
    IReadOnlyList<string> Arguments,
    TimeSpan Timeout,
    NumericUser? User,
    IReadOnlyList<string> Secrets,
    IReadOnlyList<BlueprintVariable> Environment
);

/// <summary>A hook and the moment it is for.</summary>
/// <param name="Name">Its key in the file.</param>
/// <param name="Command">What runs.</param>
public sealed record BlueprintHook(string Name, BlueprintCommand Command);

/// <summary>What runs at moments of a site's life; each is idempotent and may be missing.</summary>
/// <param name="Install">Once the services of a new site run: makes the application ready.</param>
/// <param name="AdminLink">When the administrator's one-time link was lost or has expired: makes a new key good.</param>
/// <param name="LoginLink">When somebody wants in: has the application take a key once, of which it is told the hash.</param>
/// <param name="Upgrade">After the code changed: brings the databases to it.</param>
/// <param name="Status">On request: versions, pending updates, last cron run, as one JSON object.</param>
/// <param name="Rename">
/// When the site's main address is another: the application takes it over, from <c>HP_OLD_URL</c> to <c>HP_NEW_URL</c>, wholly or not at all.
/// </param>
/// <param name="Neutralise">In a copy (staging, drill): no mail, no payments, no cron of its own.</param>
public sealed record BlueprintHooks(
    BlueprintHook? Install,
    BlueprintHook? AdminLink,
    BlueprintHook? LoginLink,
    BlueprintHook? Upgrade,
    BlueprintHook? Status,
    BlueprintHook? Rename,
    BlueprintHook? Neutralise
)
{
    /// <summary>Those that exist.</summary>
    public IEnumerable<BlueprintHook> All =>
        new[] { Install, AdminLink, LoginLink, Upgrade, Status, Rename, Neutralise }.OfType<BlueprintHook>();
}

/// <summary>Something that runs on a schedule; a run that is due while the last one still runs is left out.</summary>
/// <param name="Name">Its name within the site.</param>
/// <param name="Schedule">When.</param>
/// <param name="Command">What.</param>
public sealed record BlueprintCron(string Name, CronSchedule Schedule, BlueprintCommand Command);
