namespace HostingPanel.Client;

/// <summary>What happens with visitors of a kind that announce themselves by their agent.</summary>
public enum CrawlerPolicy
{
    /// <summary>They are treated like everybody else.</summary>
    Allow,

    /// <summary>All of the kind together get so many pages a minute.</summary>
    Slow,

    /// <summary>They get nothing but <c>robots.txt</c>.</summary>
    Refuse,
}

/// <summary>Why a request was refused.</summary>
public enum TrafficRefusal
{
    /// <summary>For any of the reasons.</summary>
    Any,

    /// <summary>The address is not one of those that may visit.</summary>
    Address,

    /// <summary>The address is shut out for a while.</summary>
    Banned,

    /// <summary>Too many pages for one address.</summary>
    Pages,

    /// <summary>Too many pages for one address at the same time.</summary>
    AtOnce,

    /// <summary>Too many requests for one address, of whatever kind.</summary>
    Requests,

    /// <summary>Too many logins, searches and the like for one address.</summary>
    Expensive,

    /// <summary>A crawler that is refused, or has had its share.</summary>
    Crawler,

    /// <summary>Too many waited in front of the site.</summary>
    Queue,

    /// <summary>Its body is larger than the site takes.</summary>
    Size,
}

/// <summary>An address of a site that leads elsewhere.</summary>
/// <param name="From">The path, without the query.</param>
/// <param name="To">A path of the same site, or a whole address.</param>
/// <param name="Permanent">True for 301, which browsers keep for good; false for 302.</param>
public sealed record TrafficRedirect(string? From, string? To, bool Permanent = true);

/// <summary>What visitors have to type.</summary>
/// <param name="User">The name.</param>
/// <param name="Password">The password, when it is set; it is never shown again. Left out, the one that there is stays.</param>
public sealed record TrafficLogin(string? User, string? Password = null);

/// <summary>
/// What a site's visitors are led to and kept from. In a request the whole of it: what is left out is as the blueprint says. Numbers of 0
/// stand for no limit.
/// </summary>
public sealed record TrafficSettings
{
    /// <summary>Whether HTTP leads to HTTPS.</summary>
    public bool? RedirectsToHttps { get; init; }

    /// <summary>For how many days browsers are told to come by HTTPS alone; 0 tells them nothing. They hold to it whatever is set later.</summary>
    public int? HstsDays { get; init; }

    /// <summary>What leads elsewhere, 500 at most.</summary>
    public IReadOnlyList<TrafficRedirect>? Redirects { get; init; }

    /// <summary>What visitors have to type; null for a public site.</summary>
    public TrafficLogin? Login { get; init; }

    /// <summary>The only networks (CIDR) that may visit; none for everybody.</summary>
    public IReadOnlyList<string>? AllowedAddresses { get; init; }

    /// <summary>Whether visitors see the maintenance page.</summary>
    public bool? InMaintenance { get; init; }

    /// <summary>What it says, plain text.</summary>
    public string? MaintenanceText { get; init; }

    /// <summary>The networks (CIDR) that see the site all the same.</summary>
    public IReadOnlyList<string>? MaintenanceVisitors { get; init; }

    /// <summary>Whether the gateway compresses texts that the site has not compressed.</summary>
    public bool? Compresses { get; init; }

    /// <summary>Requests that the site works on at once.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Pages that wait in front of it; the next is told to come again.</summary>
    public int? QueueLength { get; init; }

    /// <summary>How long one waits, in seconds.</summary>
    public int? QueueSeconds { get; init; }

    /// <summary>Pages that one address gets in a minute.</summary>
    public int? PagesPerMinute { get; init; }

    /// <summary>Pages of one address that are worked on or wait at the same time.</summary>
    public int? PagesAtOnce { get; init; }

    /// <summary>Requests of any kind that one address makes in ten seconds.</summary>
    public int? RequestsPerTenSeconds { get; init; }

    /// <summary>Requests for expensive paths that one address makes in a minute.</summary>
    public int? ExpensivePerMinute { get; init; }

    /// <summary>Beginnings of paths, or <c>?name</c> of a query.</summary>
    public IReadOnlyList<string>? ExpensivePaths { get; init; }

    /// <summary>Known search engines.</summary>
    public CrawlerPolicy? SearchEngines { get; init; }

    /// <summary>Who collects texts for language models, or answers out of them.</summary>
    public CrawlerPolicy? AiCrawlers { get; init; }

    /// <summary>Other robots that say that they are such.</summary>
    public CrawlerPolicy? OtherCrawlers { get; init; }

    /// <summary>Who sends no agent at all.</summary>
    public CrawlerPolicy? NoAgent { get; init; }

    /// <summary>Pages that each slowed kind gets in a minute, all its members together.</summary>
    public int? CrawlerPagesPerMinute { get; init; }

    /// <summary>Refused pages of one address within a minute after which it is shut out.</summary>
    public int? BanAfter { get; init; }

    /// <summary>For how many minutes it is shut out; 0 for never.</summary>
    public int? BanMinutes { get; init; }

    /// <summary>In a request: true for who knows that the networks close the site to themselves.</summary>
    public bool? EvenForMe { get; init; }
}

/// <summary>Requests that were refused in the last hour.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Requests">How many.</param>
/// <param name="Addresses">From how many addresses.</param>
public sealed record RefusedRequests(TrafficRefusal Reason, long Requests, int Addresses);

/// <summary>How a site's visitors are treated.</summary>
/// <param name="Settings">What holds.</param>
/// <param name="Defaults">What its blueprint says.</param>
/// <param name="Changed">The members that somebody has set differently.</param>
/// <param name="ChangedAt">When; null when nobody has.</param>
/// <param name="ChangedBy">Who.</param>
/// <param name="AppliedAt">Since when the gateway does so; null while it does not yet.</param>
/// <param name="Fault">Why it does not, when it was tried last.</param>
/// <param name="Refused">What was refused in the last hour, all together first; none where nothing was.</param>
/// <param name="RefusedToday">Requests that were refused in the last 24 hours.</param>
public sealed record Traffic(
    TrafficSettings Settings,
    TrafficSettings Defaults,
    IReadOnlyList<string> Changed,
    DateTimeOffset? ChangedAt,
    string? ChangedBy,
    DateTimeOffset? AppliedAt,
    string? Fault,
    IReadOnlyList<RefusedRequests> Refused,
    long RefusedToday
);
