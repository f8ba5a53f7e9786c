namespace HostingPanel.Blueprints;

/// <summary>
/// The recipe for a kind of site, read from one YAML file. Everything in it has been checked: names refer to things that exist, templates
/// name known facts, the start order has no circle. The format has no words for bind mounts, the engine's socket, privileges, host
/// networks, published ports, devices, driver options or images from elsewhere.
/// </summary>
/// <param name="Name">The blueprint's name, also its file's name without <c>.yaml</c>.</param>
/// <param name="Version">Counts up whenever the recipe changes; a site remembers the version it was made from.</param>
/// <param name="Title">What people read, such as "WordPress".</param>
/// <param name="Summary">One sentence for the create-site dialog.</param>
/// <param name="Code">Where the application's code lives.</param>
/// <param name="Front">The service visitors reach through the gateway, and how the gateway treats it.</param>
/// <param name="Administrator">The first login and its one-time link; null when the application has none that the panel knows.</param>
/// <param name="Services">The containers, in the file's order.</param>
/// <param name="Volumes">The data that outlives containers, in the file's order.</param>
/// <param name="Databases">The databases, each with a user of the same name, in the file's order.</param>
/// <param name="Secrets">The random values of the site beyond the built-in ones, see <see cref="SecretNames"/>.</param>
/// <param name="Hooks">What the panel runs at moments of a site's life.</param>
/// <param name="Cron">What runs on a schedule.</param>
public sealed record Blueprint(
    string Name,
    int Version,
    string Title,
    string Summary,
    BlueprintCode Code,
    BlueprintFront Front,
    BlueprintAdministrator? Administrator,
    IReadOnlyList<BlueprintService> Services,
    IReadOnlyList<BlueprintVolume> Volumes,
    IReadOnlyList<BlueprintDatabase> Databases,
    IReadOnlyList<BlueprintSecret> Secrets,
    BlueprintHooks Hooks,
    IReadOnlyList<BlueprintCron> Cron
)
{
    /// <summary>The newest format this panel reads (the file's <c>format</c> key).</summary>
    public const int NewestFormat = 1;

    /// <summary>The service of that name.</summary>
    /// <exception cref="KeyNotFoundException">The blueprint has none.</exception>
    public BlueprintService Service(string name) =>
        Services.FirstOrDefault(s => s.Name == name) ?? throw new KeyNotFoundException($"Blueprint {Name} has no service {name}.");

    /// <summary>The volume of that name.</summary>
    /// <exception cref="KeyNotFoundException">The blueprint has none.</exception>
    public BlueprintVolume Volume(string name) =>
        Volumes.FirstOrDefault(v => v.Name == name) ?? throw new KeyNotFoundException($"Blueprint {Name} has no volume {name}.");

    /// <summary>The databases that <paramref name="service"/> hosts; empty when it is not a database server.</summary>
    public IReadOnlyList<BlueprintDatabase> DatabasesOf(string service) => [.. Databases.Where(d => d.Service == service)];

    /// <summary>
    /// The services in waves: those of one wave may start together, each wave after the services named in its members' <c>after</c> are
    /// healthy. Stopping goes the other way round.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<BlueprintService>> StartWaves()
    {
        var waves = new List<IReadOnlyList<BlueprintService>>();
        var started = new HashSet<string>(StringComparer.Ordinal);
        while (started.Count < Services.Count)
        {
            BlueprintService[] wave = [.. Services.Where(s => !started.Contains(s.Name) && s.After.All(started.Contains))];
            if (wave.Length == 0)
            {
                throw new InvalidOperationException($"Blueprint {Name} has a circle in its start order; the parser refuses such files.");
            }

            started.UnionWith(wave.Select(s => s.Name));
            waves.Add(wave);
        }

        return waves;
    }

    /// <summary>Every secret the site needs, built-in and declared, each once; <c>init.sql</c> is made from them and not among them.</summary>
    public IReadOnlyList<BlueprintSecret> AllSecrets()
    {
        var used = Services
            .SelectMany(s => s.Secrets)
            .Concat(Hooks.All.SelectMany(h => h.Command.Secrets))
            .Concat(Cron.SelectMany(c => c.Command.Secrets))
            .Concat(Databases.Select(d => SecretNames.DatabasePassword(d.Name)))
            .Concat(Databases.Count > 0 ? [SecretNames.BackupPassword] : [])
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. used.Where(name => Secrets.All(s => s.Name != name)).Order(StringComparer.Ordinal).Select(SecretNames.BuiltIn),
            .. Secrets,
        ];
    }
}

/// <summary>Where the application's code lives.</summary>
public enum CodePlace
{
    /// <summary>In the image: a new image is a new version of the application.</summary>
    Image,

    /// <summary>In a volume of kind <see cref="VolumeKind.Code"/>: a new image never changes the application.</summary>
    Volume,
}

/// <summary>How code gets into its volume the first time.</summary>
public enum CodeSource
{
    /// <summary>Not in a volume, or put there by the install hook out of the image.</summary>
    Image,

    /// <summary>Unpacked from an archive that is uploaded when the site is created.</summary>
    Upload,
}

/// <summary>Where the application's code lives and where it comes from.</summary>
/// <param name="Place">In the image or in a volume.</param>
/// <param name="Volume">The volume, when <paramref name="Place"/> says so.</param>
/// <param name="From">How the code gets into the volume.</param>
public sealed record BlueprintCode(CodePlace Place, string? Volume, CodeSource From);

/// <summary>What visitors reach, through the gateway only.</summary>
/// <param name="Service">The service that answers.</param>
/// <param name="Port">Its port inside the container; never published on the node.</param>
/// <param name="Probe">How the panel asks, through the gateway, whether the site answers.</param>
/// <param name="MaxUpload">The largest request body the gateway lets through, in bytes.</param>
/// <param name="MaxConcurrent">How many requests the gateway sends at once; more wait in its queue.</param>
/// <param name="Timeout">How long the gateway waits for an answer.</param>
public sealed record BlueprintFront(string Service, int Port, BlueprintProbe Probe, long MaxUpload, int MaxConcurrent, TimeSpan Timeout)
{
    /// <summary>What the gateway keeps from the service.</summary>
    public BlueprintShield Shield { get; init; } = new();
}

/// <summary>What the gateway keeps from a front service, where nobody sets it differently for a site. Numbers of 0 stand for no limit.</summary>
public sealed record BlueprintShield
{
    /// <summary>What costs the application much, or is tried out by those who guess: beginnings of paths, or <c>?name</c> of a query.</summary>
    public IReadOnlyList<string> Expensive { get; init; } = [];

    /// <summary>Requests for those that one address makes in a minute.</summary>
    public int ExpensivePerMinute { get; init; } = 20;

    /// <summary>Pages that one address gets in a minute.</summary>
    public int PagesPerMinute { get; init; } = 600;

    /// <summary>Pages that wait in front of the service.</summary>
    public int Queue { get; init; } = 100;

    /// <summary>How long one waits.</summary>
    public TimeSpan QueueTime { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>The question the panel asks by the site's public name through the gateway.</summary>
/// <param name="Path">The path, with query if need be.</param>
/// <param name="Statuses">The HTTP statuses that mean "it works".</param>
/// <param name="Within">How long after the install hook the site may take to answer so.</param>
public sealed record BlueprintProbe(string Path, IReadOnlyList<int> Statuses, TimeSpan Within);

/// <summary>The application's first administrator, who sets a password by a one-time link.</summary>
/// <param name="Login">The login name that the install hook creates.</param>
/// <param name="Link">Path and query of the link, with the places <c>{{ key }}</c> and <c>{{ login }}</c>.</param>
public sealed record BlueprintAdministrator(string Login, string Link)
{
    /// <summary>The whole link, with key and login percent-encoded.</summary>
    /// <param name="siteUrl">The site's address, such as <c>https://example.org</c>.</param>
    /// <param name="key">The value of the secret <see cref="SecretNames.AdminLinkKey"/>.</param>
    public string LinkFor(string siteUrl, string key) => Whole(siteUrl, Link, key);

    /// <summary>Path and query that log whoever has a key in, with the place <c>{{ key }}</c>; null where there is no such way in.</summary>
    public string? LoginLink { get; init; }

    /// <summary>The whole address that logs somebody in once.</summary>
    /// <param name="siteUrl">The site's address.</param>
    /// <param name="key">The key whose hash the site was told.</param>
    public string LoginLinkFor(string siteUrl, string key) =>
        Whole(siteUrl, LoginLink ?? throw new InvalidOperationException("This blueprint has no login link."), key);

    private string Whole(string siteUrl, string link, string key) =>
        siteUrl.TrimEnd('/') + AdministratorLink.Fill(link, Uri.EscapeDataString(key), Uri.EscapeDataString(Login));
}
