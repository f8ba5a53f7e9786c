using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;

namespace HostingPanel.Tests.Gateway;

/// <summary>Routes as the panel makes them, to change one thing in.</summary>
internal static class Routes
{
    public static PanelRoute Panel { get; } = new("panel.localhost", "panel0key0panel0key0panel0key0");

    public static Route Serve { get; } =
        new()
        {
            Slug = "food-bank",
            Hosts = ["food-bank.localhost", "www.food-bank.example"],
            Mode = RouteMode.Serve,
            Upstream = "hp-food-bank-web",
            Port = 8080,
            GatewayKey = "site0key0site0key0site0key0",
            MaxConnections = 8,
            Timeout = TimeSpan.FromSeconds(60),
            MaxBodyBytes = 64 * 1024 * 1024,
        };

    /// <summary>A site for which everything is set.</summary>
    public static Route Full { get; } =
        Serve with
        {
            Slug = "museum",
            Hosts = ["museum.localhost"],
            Upstream = "hp-museum-web",
            Traffic = new SiteTraffic
            {
                RedirectsToHttps = true,
                HstsDays = 30,
                Redirects =
                [
                    new TrafficRedirect("/", "/en/"),
                    new TrafficRedirect("/old%20page", "https://example.org/new?x=1#y", IsPermanent: false),
                ],
                Login = new TrafficLogin("preview", $"$6$rounds=1000$saltsaltsaltsalt${new string('x', 86)}"),
                AllowedAddresses = ["10.0.0.0/8", "2001:db8::/32"],
                InMaintenance = true,
                MaintenanceText = "We move house.\nBack on <b>Monday</b> & Tuesday.",
                MaintenanceVisitors = ["10.1.2.3/32"],
                ExpensivePaths = ["/wp-login.php", "?s"],
                AiCrawlers = CrawlerPolicy.Refuse,
                NoAgent = CrawlerPolicy.Refuse,
            },
        };

    public static Route Starting { get; } =
        Serve with
        {
            Slug = "shelter",
            Hosts = ["shelter.localhost"],
            Mode = RouteMode.Starting,
            Upstream = "hp-shelter-web",
            GatewayKey = "",
        };

    public static Route Stopped { get; } =
        Serve with
        {
            Slug = "choir",
            Hosts = ["choir.localhost"],
            Mode = RouteMode.Stopped,
            Upstream = "hp-choir-web",
        };

    public static HaproxyConfiguration Render(params Route[] routes) => HaproxyConfig.Render(routes, Panel).With("0123456789abcdef");
}
