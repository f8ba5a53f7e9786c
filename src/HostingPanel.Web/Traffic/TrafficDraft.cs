using System.Globalization;
using HostingPanel.Platform;
using HostingPanel.Traffic;

namespace HostingPanel.Web.Traffic;

/// <summary>What has been typed about how a site's visitors are treated so far. Lists are lines, numbers are text.</summary>
public sealed class TrafficDraft
{
    /// <summary>Begins with what holds.</summary>
    public static TrafficDraft From(SiteTraffic settings) =>
        new()
        {
            RedirectsToHttps = settings.RedirectsToHttps,
            Redirects = string.Join('\n', settings.Redirects.Select(LineOf)),
            HasLogin = settings.Login is not null,
            User = settings.Login?.User ?? string.Empty,
            InMaintenance = settings.InMaintenance,
            MaintenanceText = settings.MaintenanceText,
            MaintenanceVisitors = string.Join('\n', settings.MaintenanceVisitors),
            AllowedAddresses = string.Join('\n', settings.AllowedAddresses),
            ExpensivePaths = string.Join('\n', settings.ExpensivePaths),
            Compresses = settings.Compresses,
            Crawlers =
            {
                ["searchEngines"] = settings.SearchEngines,
                ["aiCrawlers"] = settings.AiCrawlers,
                ["otherCrawlers"] = settings.OtherCrawlers,
                ["noAgent"] = settings.NoAgent,
            },
            Numbers =
            {
                ["hstsDays"] = Text(settings.HstsDays),
                ["crawlerPagesPerMinute"] = Text(settings.CrawlerPagesPerMinute),
                ["maxConcurrent"] = Text(settings.MaxConcurrent),
                ["queueLength"] = Text(settings.QueueLength),
                ["queueSeconds"] = Text(settings.QueueSeconds),
                ["pagesPerMinute"] = Text(settings.PagesPerMinute),
                ["pagesAtOnce"] = Text(settings.PagesAtOnce),
                ["requestsPerTenSeconds"] = Text(settings.RequestsPerTenSeconds),
                ["expensivePerMinute"] = Text(settings.ExpensivePerMinute),
                ["banAfter"] = Text(settings.BanAfter),
                ["banMinutes"] = Text(settings.BanMinutes),
            },
        };

    /// <summary>Whether HTTP leads to HTTPS.</summary>
    public bool RedirectsToHttps { get; set; }

    /// <summary>A redirect per line: path, blank, target, and 302 where it is for a time.</summary>
    public string Redirects { get; set; } = string.Empty;

    /// <summary>Whether visitors have to type a password.</summary>
    public bool HasLogin { get; set; }

    /// <summary>The name.</summary>
    public string User { get; set; } = string.Empty;

    /// <summary>The password; empty for the one that there is.</summary>
    public string Password { get; set; } = string.Empty;

    /// <summary>Whether visitors see the maintenance page.</summary>
    public bool InMaintenance { get; set; }

    /// <summary>What it says.</summary>
    public string MaintenanceText { get; set; } = string.Empty;

    /// <summary>Who sees the site all the same, a network per line.</summary>
    public string MaintenanceVisitors { get; set; } = string.Empty;

    /// <summary>Who may visit at all, a network per line.</summary>
    public string AllowedAddresses { get; set; } = string.Empty;

    /// <summary>Whether the networks close the site to who sets them.</summary>
    public bool EvenForMe { get; set; }

    /// <summary>What is expensive, a path per line.</summary>
    public string ExpensivePaths { get; set; } = string.Empty;

    /// <summary>Whether texts are compressed.</summary>
    public bool Compresses { get; set; }

    /// <summary>What happens with crawlers, by the setting's name.</summary>
    public Dictionary<string, CrawlerPolicy> Crawlers { get; } = new(StringComparer.Ordinal);

    /// <summary>The numbers, by the setting's name.</summary>
    public Dictionary<string, string> Numbers { get; } = new(StringComparer.Ordinal);

    /// <summary>What the use case is asked to do.</summary>
    public TrafficCommand ToCommand() =>
        new()
        {
            RedirectsToHttps = RedirectsToHttps,
            HstsDays = Number("hstsDays"),
            Redirects = [.. Lines(Redirects).Select(RedirectOf)],
            Login = HasLogin ? new TrafficLoginCommand(User, Password.Length == 0 ? null : Password) : null,
            AllowedAddresses = Lines(AllowedAddresses),
            EvenForMe = EvenForMe,
            InMaintenance = InMaintenance,
            MaintenanceText = MaintenanceText,
            MaintenanceVisitors = Lines(MaintenanceVisitors),
            Compresses = Compresses,
            MaxConcurrent = Number("maxConcurrent"),
            QueueLength = Number("queueLength"),
            QueueSeconds = Number("queueSeconds"),
            PagesPerMinute = Number("pagesPerMinute"),
            PagesAtOnce = Number("pagesAtOnce"),
            RequestsPerTenSeconds = Number("requestsPerTenSeconds"),
            ExpensivePerMinute = Number("expensivePerMinute"),
            ExpensivePaths = Lines(ExpensivePaths),
            SearchEngines = Crawlers["searchEngines"],
            AiCrawlers = Crawlers["aiCrawlers"],
            OtherCrawlers = Crawlers["otherCrawlers"],
            NoAgent = Crawlers["noAgent"],
            CrawlerPagesPerMinute = Number("crawlerPagesPerMinute"),
            BanAfter = Number("banAfter"),
            BanMinutes = Number("banMinutes"),
        };

    /// <summary>Puts one setting back to what the blueprint says; nothing is saved yet.</summary>
    public void Reset(string name, SiteTraffic defaults)
    {
        var standard = From(defaults);
        if (Numbers.ContainsKey(name))
        {
            Numbers[name] = standard.Numbers[name];
        }
        else if (Crawlers.ContainsKey(name))
        {
            Crawlers[name] = standard.Crawlers[name];
        }
        else
        {
            switch (name)
            {
                case "redirectsToHttps":
                    RedirectsToHttps = standard.RedirectsToHttps;
                    break;
                case "redirects":
                    Redirects = standard.Redirects;
                    break;
                case "login":
                    HasLogin = false;
                    break;
                case "inMaintenance":
                    InMaintenance = standard.InMaintenance;
                    break;
                case "maintenanceText":
                    MaintenanceText = standard.MaintenanceText;
                    break;
                case "maintenanceVisitors":
                    MaintenanceVisitors = standard.MaintenanceVisitors;
                    break;
                case "allowedAddresses":
                    AllowedAddresses = standard.AllowedAddresses;
                    break;
                case "expensivePaths":
                    ExpensivePaths = standard.ExpensivePaths;
                    break;
                case "compresses":
                    Compresses = standard.Compresses;
                    break;
                default:
                    throw new InvalidOperationException($"There is no setting {name}.");
            }
        }
    }

    private static string LineOf(TrafficRedirect redirect) => $"{redirect.From} {redirect.To}{(redirect.IsPermanent ? "" : " 302")}";

    private static TrafficRedirect RedirectOf(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var isTemporary = words is [_, _, "302"];
        // What is something else is refused by the use case, which shows it again.
        return isTemporary || words is [_, _, "301"]
            ? new TrafficRedirect(words[0], words[1], !isTemporary)
            : new TrafficRedirect(words[0], string.Join(' ', words[1..]));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is no number is none of any range.</summary>
    private int Number(string name) =>
        int.TryParse(Numbers[name].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
