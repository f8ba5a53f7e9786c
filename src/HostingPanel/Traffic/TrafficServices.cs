using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HostingPanel.Traffic;

/// <summary>Adds how sites' visitors are treated.</summary>
internal static class TrafficServices
{
    /// <summary>The use cases.</summary>
    public static IServiceCollection AddTraffic(this IServiceCollection services) =>
        services.AddSingleton(provider => new TrafficService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BlueprintCatalogue>(),
            provider.GetRequiredService<IOptions<PanelOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));

    /// <summary>What the worker does: settings to the gateway, and its counts back. Needs <see cref="Platform.IGatewayRefusals"/>.</summary>
    public static IServiceCollection AddTrafficUpkeep(this IServiceCollection services) =>
        services.AddSingleton<TrafficStore>().AddHostedService<RouteKeeper>().AddHostedService<RefusalCounter>();
}
