namespace HostingPanel.Platform;

/// <summary>What happens with visitors of a kind that announce themselves by their agent.</summary>
public enum CrawlerPolicy
{
    /// <summary>They are treated like everybody else.</summary>
    Allow,

    /// <summary>All of the kind together get so many pages a minute; the rest is told to come back later.</summary>
    Slow,

    /// <summary>They get nothing but <c>robots.txt</c>.</summary>
    Refuse,
}

/// <summary>An address of a site that leads elsewhere.</summary>
/// <param name="From">The path, without the query and, save for <c>/</c>, without a slash at its end.</param>
/// <param name="To">A path of the same site, or a whole address.</param>
/// <param name="IsPermanent">True for 301, which browsers keep for good; false for 302.</param>
public sealed record TrafficRedirect(string From, string To, bool IsPermanent = true);

/// <summary>Who may see a site that is not public yet.</summary>
/// <param name="User">The name to type.</param>
/// <param name="Hash">The password's hash: <c>$6$</c>, SHA-512 crypt with a salt. The password itself is kept nowhere.</param>
public sealed record TrafficLogin(string User, string Hash);

/// <summary>
/// How the gateway treats a site's visitors: what they are led to, and what they are kept from. As delivered; what a site's blueprint and its
/// people say differently takes the place of single members. Numbers of 0 stand for no limit.
/// </summary>
public sealed record SiteTraffic
{
    /// <summary>Whether HTTP leads to HTTPS.</summary>
    public bool RedirectsToHttps { get; init; }

    /// <summary>For how many days browsers are told to come by HTTPS alone; 0 tells them nothing. They hold to it whatever is set later.</summary>
    public int HstsDays { get; init; }

    /// <summary>What leads elsewhere, each path once.</summary>
    public IReadOnlyList<TrafficRedirect> Redirects { get; init; } = [];

    /// <summary>What visitors have to type; null where the site is public.</summary>
    public TrafficLogin? Login { get; init; }

    /// <summary>The only networks (CIDR) that may visit; none for everybody.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <summary>Whether visitors see the maintenance page.</summary>
    public bool InMaintenance { get; init; }

    /// <summary>What it says, plain text; empty for words of ours.</summary>
    public string MaintenanceText { get; init; } = string.Empty;

    /// <summary>The networks (CIDR) that see the site all the same.</summary>
    public IReadOnlyList<string> MaintenanceVisitors { get; init; } = [];

    /// <summary>Whether the gateway compresses texts that the site has not compressed.</summary>
    public bool Compresses { get; init; } = true;

    /// <summary>Requests that the site works on at once. Above what its web server can do, it would only queue where nobody sees it.</summary>
    public int MaxConcurrent { get; init; } = 8;

    /// <summary>
    /// Pages that wait in front of it; the next is told to come again, save of an address that has at most two under way: for those the
    /// queue is four times as long, and as they are served first, a flood keeps nobody out. With eight at once and a fifth of a second for each, a hundred are
    /// through in two and a half seconds: who is further behind would rather come again than wait.
    /// </summary>
    public int QueueLength { get; init; } = 100;

    /// <summary>How long one waits, in seconds.</summary>
    public int QueueSeconds { get; init; } = 10;

    /// <summary>
    /// Pages (what is no style sheet, picture, font or film) that one address gets in a minute, all at once or one after another. Who reads
    /// needs a few; who edits some ten for each click, for an editor asks the site for much by itself; an office has one address for all.
    /// </summary>
    public int PagesPerMinute { get; init; } = 600;

    /// <summary>
    /// Pages of one address that are worked on or wait at the same time. Who reads has one or two; WordPress' editor asks for two dozen
    /// when it opens.
    /// </summary>
    public int PagesAtOnce { get; init; } = 30;

    /// <summary>
    /// Requests of any kind that one address makes in ten seconds. A page brings a hundred pictures and scripts at most; ten people behind
    /// one address may load such a page in the same moment.
    /// </summary>
    public int RequestsPerTenSeconds { get; init; } = 1000;

    /// <summary>Requests for <see cref="ExpensivePaths"/> that one address makes in a minute: logins, searches. A person makes a few.</summary>
    public int ExpensivePerMinute { get; init; } = 20;

    /// <summary>What costs the site much, or is tried out by those who guess passwords: beginnings of paths, or <c>?name</c> of a query.</summary>
    public IReadOnlyList<string> ExpensivePaths { get; init; } = [];

    /// <summary>Known search engines.</summary>
    public CrawlerPolicy SearchEngines { get; init; } = CrawlerPolicy.Allow;

    /// <summary>Who collects texts for language models, or answers out of them.</summary>
    public CrawlerPolicy AiCrawlers { get; init; } = CrawlerPolicy.Slow;

    /// <summary>Other robots that say that they are such.</summary>
    public CrawlerPolicy OtherCrawlers { get; init; } = CrawlerPolicy.Slow;

    /// <summary>Who sends no agent at all: scripts, and notifications of payment services. No browser.</summary>
    public CrawlerPolicy NoAgent { get; init; } = CrawlerPolicy.Slow;

    /// <summary>Pages that each slowed kind gets in a minute, all its members together.</summary>
    public int CrawlerPagesPerMinute { get; init; } = 60;

    /// <summary>
    /// Refused pages of one address within a minute after which it is shut out. Who reads stops at the first; what goes on is a program.
    /// </summary>
    public int BanAfter { get; init; } = 120;

    /// <summary>For how many minutes it is shut out of this site.</summary>
    public int BanMinutes { get; init; } = 10;
}
