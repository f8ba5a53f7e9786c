using HostingPanel.Platform;

namespace HostingPanel.Traffic;

/// <summary>Settings as they are to be, the whole of them: what is null is as the blueprint says.</summary>
public sealed record TrafficCommand
{
    /// <summary>See <see cref="SiteTraffic.RedirectsToHttps"/>.</summary>
    public bool? RedirectsToHttps { get; init; }

    /// <summary>See <see cref="SiteTraffic.HstsDays"/>.</summary>
    public int? HstsDays { get; init; }

    /// <summary>See <see cref="SiteTraffic.Redirects"/>.</summary>
    public IReadOnlyList<TrafficRedirect>? Redirects { get; init; }

    /// <summary>What visitors have to type; null for a public site.</summary>
    public TrafficLoginCommand? Login { get; init; }

    /// <summary>See <see cref="SiteTraffic.AllowedAddresses"/>.</summary>
    public IReadOnlyList<string>? AllowedAddresses { get; init; }

    /// <summary>True for who knows that the list of networks closes the site to themselves.</summary>
    public bool EvenForMe { get; init; }

    /// <summary>See <see cref="SiteTraffic.InMaintenance"/>.</summary>
    public bool? InMaintenance { get; init; }

    /// <summary>See <see cref="SiteTraffic.MaintenanceText"/>.</summary>
    public string? MaintenanceText { get; init; }

    /// <summary>See <see cref="SiteTraffic.MaintenanceVisitors"/>.</summary>
    public IReadOnlyList<string>? MaintenanceVisitors { get; init; }

    /// <summary>See <see cref="SiteTraffic.Compresses"/>.</summary>
    public bool? Compresses { get; init; }

    /// <summary>See <see cref="SiteTraffic.MaxConcurrent"/>.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>See <see cref="SiteTraffic.QueueLength"/>.</summary>
    public int? QueueLength { get; init; }

    /// <summary>See <see cref="SiteTraffic.QueueSeconds"/>.</summary>
    public int? QueueSeconds { get; init; }

    /// <summary>See <see cref="SiteTraffic.PagesPerMinute"/>.</summary>
    public int? PagesPerMinute { get; init; }

    /// <summary>See <see cref="SiteTraffic.PagesAtOnce"/>.</summary>
    public int? PagesAtOnce { get; init; }

    /// <summary>See <see cref="SiteTraffic.RequestsPerTenSeconds"/>.</summary>
    public int? RequestsPerTenSeconds { get; init; }

    /// <summary>See <see cref="SiteTraffic.ExpensivePerMinute"/>.</summary>
    public int? ExpensivePerMinute { get; init; }

    /// <summary>See <see cref="SiteTraffic.ExpensivePaths"/>.</summary>
    public IReadOnlyList<string>? ExpensivePaths { get; init; }

    /// <summary>See <see cref="SiteTraffic.SearchEngines"/>.</summary>
    public CrawlerPolicy? SearchEngines { get; init; }

    /// <summary>See <see cref="SiteTraffic.AiCrawlers"/>.</summary>
    public CrawlerPolicy? AiCrawlers { get; init; }

    /// <summary>See <see cref="SiteTraffic.OtherCrawlers"/>.</summary>
    public CrawlerPolicy? OtherCrawlers { get; init; }

    /// <summary>See <see cref="SiteTraffic.NoAgent"/>.</summary>
    public CrawlerPolicy? NoAgent { get; init; }

    /// <summary>See <see cref="SiteTraffic.CrawlerPagesPerMinute"/>.</summary>
    public int? CrawlerPagesPerMinute { get; init; }

    /// <summary>See <see cref="SiteTraffic.BanAfter"/>.</summary>
    public int? BanAfter { get; init; }

    /// <summary>See <see cref="SiteTraffic.BanMinutes"/>.</summary>
    public int? BanMinutes { get; init; }

    /// <summary>Laid over what the blueprint says, save for <see cref="Login"/>.</summary>
    internal SiteTraffic Over(SiteTraffic defaults) =>
        defaults with
        {
            RedirectsToHttps = RedirectsToHttps ?? defaults.RedirectsToHttps,
            HstsDays = HstsDays ?? defaults.HstsDays,
            Redirects = Redirects ?? defaults.Redirects,
            AllowedAddresses = AllowedAddresses ?? defaults.AllowedAddresses,
            InMaintenance = InMaintenance ?? defaults.InMaintenance,
            MaintenanceText = MaintenanceText ?? defaults.MaintenanceText,
            MaintenanceVisitors = MaintenanceVisitors ?? defaults.MaintenanceVisitors,
            Compresses = Compresses ?? defaults.Compresses,
            MaxConcurrent = MaxConcurrent ?? defaults.MaxConcurrent,
            QueueLength = QueueLength ?? defaults.QueueLength,
            QueueSeconds = QueueSeconds ?? defaults.QueueSeconds,
            PagesPerMinute = PagesPerMinute ?? defaults.PagesPerMinute,
            PagesAtOnce = PagesAtOnce ?? defaults.PagesAtOnce,
            RequestsPerTenSeconds = RequestsPerTenSeconds ?? defaults.RequestsPerTenSeconds,
            ExpensivePerMinute = ExpensivePerMinute ?? defaults.ExpensivePerMinute,
            ExpensivePaths = ExpensivePaths ?? defaults.ExpensivePaths,
            SearchEngines = SearchEngines ?? defaults.SearchEngines,
            AiCrawlers = AiCrawlers ?? defaults.AiCrawlers,
            OtherCrawlers = OtherCrawlers ?? defaults.OtherCrawlers,
            NoAgent = NoAgent ?? defaults.NoAgent,
            CrawlerPagesPerMinute = CrawlerPagesPerMinute ?? defaults.CrawlerPagesPerMinute,
            BanAfter = BanAfter ?? defaults.BanAfter,
            BanMinutes = BanMinutes ?? defaults.BanMinutes,
        };
}

/// <summary>What visitors have to type.</summary>
/// <param name="User">The name.</param>
/// <param name="Password">The password; null for the one that there is.</param>
public sealed record TrafficLoginCommand(string? User, string? Password);

/// <summary>How a site's visitors are treated.</summary>
/// <param name="Settings">What holds; the hash of a password is left out.</param>
/// <param name="Defaults">What its blueprint says.</param>
/// <param name="Changed">The members that somebody has set differently, as REST spells them.</param>
/// <param name="ChangedAt">When; null when nobody has.</param>
/// <param name="ChangedBy">Who.</param>
/// <param name="AppliedAt">Since when the gateway does so; null while it does not yet.</param>
/// <param name="Fault">Why it does not.</param>
/// <param name="MayChange">Whether who looks may change what visitors are led to.</param>
/// <param name="MayShield">Whether who looks may change everything, and not only what visitors are led to.</param>
/// <param name="Refused">What was refused in the last hour, all together first; none where nothing was.</param>
/// <param name="RefusedToday">Requests that were refused in the last 24 hours.</param>
public sealed record TrafficView(
    SiteTraffic Settings,
    SiteTraffic Defaults,
    IReadOnlyList<string> Changed,
    DateTimeOffset? ChangedAt,
    string? ChangedBy,
    DateTimeOffset? AppliedAt,
    string? Fault,
    bool MayChange,
    bool MayShield,
    IReadOnlyList<RefusedView> Refused,
    long RefusedToday
);

/// <summary>Requests that were refused in the last hour.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Requests">How many.</param>
/// <param name="Addresses">From how many addresses.</param>
public sealed record RefusedView(TrafficRefusal Reason, long Requests, int Addresses);
