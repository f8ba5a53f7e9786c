using HostingPanel.Platform;
using HostingPanel.Traffic;

namespace HostingPanel.Web.Traffic;

/// <summary>How visitors are treated, in the words of the REST contract.</summary>
internal static class TrafficContract
{
    public static Client.Traffic ToContract(this TrafficView view) =>
        new(
            ToContract(view.Settings),
            ToContract(view.Defaults),
            view.Changed,
            view.ChangedAt,
            view.ChangedBy,
            view.AppliedAt,
            view.Fault,
            [
                .. view.Refused.Select(refused => new Client.RefusedRequests(
                    ToContract(refused.Reason),
                    refused.Requests,
                    refused.Addresses
                )),
            ],
            view.RefusedToday
        );

    public static TrafficCommand FromContract(Client.TrafficSettings request) =>
        new()
        {
            RedirectsToHttps = request.RedirectsToHttps,
            HstsDays = request.HstsDays,
            Redirects = request.Redirects is { } redirects
                ? [.. redirects.Select(redirect => new TrafficRedirect(redirect.From ?? "", redirect.To ?? "", redirect.Permanent))]
                : null,
            Login = request.Login is { } login ? new TrafficLoginCommand(login.User, login.Password) : null,
            AllowedAddresses = Texts(request.AllowedAddresses),
            EvenForMe = request.EvenForMe ?? false,
            InMaintenance = request.InMaintenance,
            MaintenanceText = request.MaintenanceText,
            MaintenanceVisitors = Texts(request.MaintenanceVisitors),
            Compresses = request.Compresses,
            MaxConcurrent = request.MaxConcurrent,
            QueueLength = request.QueueLength,
            QueueSeconds = request.QueueSeconds,
            PagesPerMinute = request.PagesPerMinute,
            PagesAtOnce = request.PagesAtOnce,
            RequestsPerTenSeconds = request.RequestsPerTenSeconds,
            ExpensivePerMinute = request.ExpensivePerMinute,
            ExpensivePaths = Texts(request.ExpensivePaths),
            SearchEngines = FromContract(request.SearchEngines),
            AiCrawlers = FromContract(request.AiCrawlers),
            OtherCrawlers = FromContract(request.OtherCrawlers),
            NoAgent = FromContract(request.NoAgent),
            CrawlerPagesPerMinute = request.CrawlerPagesPerMinute,
            BanAfter = request.BanAfter,
            BanMinutes = request.BanMinutes,
        };

    private static Client.TrafficSettings ToContract(SiteTraffic settings) =>
        new()
        {
            RedirectsToHttps = settings.RedirectsToHttps,
            HstsDays = settings.HstsDays,
            Redirects =
            [
                .. settings.Redirects.Select(redirect => new Client.TrafficRedirect(redirect.From, redirect.To, redirect.IsPermanent)),
            ],
            Login = settings.Login is { } login ? new Client.TrafficLogin(login.User) : null,
            AllowedAddresses = settings.AllowedAddresses,
            InMaintenance = settings.InMaintenance,
            MaintenanceText = settings.MaintenanceText,
            MaintenanceVisitors = settings.MaintenanceVisitors,
            Compresses = settings.Compresses,
            MaxConcurrent = settings.MaxConcurrent,
            QueueLength = settings.QueueLength,
            QueueSeconds = settings.QueueSeconds,
            PagesPerMinute = settings.PagesPerMinute,
            PagesAtOnce = settings.PagesAtOnce,
            RequestsPerTenSeconds = settings.RequestsPerTenSeconds,
            ExpensivePerMinute = settings.ExpensivePerMinute,
            ExpensivePaths = settings.ExpensivePaths,
            SearchEngines = ToContract(settings.SearchEngines),
            AiCrawlers = ToContract(settings.AiCrawlers),
            OtherCrawlers = ToContract(settings.OtherCrawlers),
            NoAgent = ToContract(settings.NoAgent),
            CrawlerPagesPerMinute = settings.CrawlerPagesPerMinute,
            BanAfter = settings.BanAfter,
            BanMinutes = settings.BanMinutes,
        };

    private static IReadOnlyList<string>? Texts(IReadOnlyList<string>? texts) =>
        texts is null ? null : [.. texts.Select(text => text ?? "")];

    private static CrawlerPolicy? FromContract(Client.CrawlerPolicy? policy) =>
        policy switch
        {
            null => null,
            Client.CrawlerPolicy.Allow => CrawlerPolicy.Allow,
            Client.CrawlerPolicy.Slow => CrawlerPolicy.Slow,
            Client.CrawlerPolicy.Refuse => CrawlerPolicy.Refuse,
            _ => throw new InvalidOperationException($"{policy} is no word of the contract."),
        };

    private static Client.CrawlerPolicy ToContract(CrawlerPolicy policy) =>
        policy switch
        {
            CrawlerPolicy.Allow => Client.CrawlerPolicy.Allow,
            CrawlerPolicy.Slow => Client.CrawlerPolicy.Slow,
            CrawlerPolicy.Refuse => Client.CrawlerPolicy.Refuse,
            _ => throw new InvalidOperationException($"The contract has no word for {policy}."),
        };

    private static Client.TrafficRefusal ToContract(TrafficRefusal reason) =>
        reason switch
        {
            TrafficRefusal.Any => Client.TrafficRefusal.Any,
            TrafficRefusal.Address => Client.TrafficRefusal.Address,
            TrafficRefusal.Banned => Client.TrafficRefusal.Banned,
            TrafficRefusal.Pages => Client.TrafficRefusal.Pages,
            TrafficRefusal.AtOnce => Client.TrafficRefusal.AtOnce,
            TrafficRefusal.Requests => Client.TrafficRefusal.Requests,
            TrafficRefusal.Expensive => Client.TrafficRefusal.Expensive,
            TrafficRefusal.Crawler => Client.TrafficRefusal.Crawler,
            TrafficRefusal.Queue => Client.TrafficRefusal.Queue,
            TrafficRefusal.Size => Client.TrafficRefusal.Size,
            _ => throw new InvalidOperationException($"The contract has no word for {reason}."),
        };
}
