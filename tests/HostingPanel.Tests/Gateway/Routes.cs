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

    public static HaproxyConfiguration Render(params Route[] routes) => HaproxyConfig.Render(routes, Panel, "0123456789abcdef");
}
