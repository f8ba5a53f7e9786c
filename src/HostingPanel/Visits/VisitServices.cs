using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Visits;

/// <summary>Adds what is seen of sites' visitors.</summary>
internal static class VisitServices
{
    /// <summary>The use cases.</summary>
    public static IServiceCollection AddVisits(this IServiceCollection services) =>
        services.AddSingleton(provider => new VisitService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<TimeProvider>()
        ));

    /// <summary>What the worker does: counts.</summary>
    public static IServiceCollection AddVisitCounter(this IServiceCollection services) =>
        services
            .AddSingleton<VisitStore>()
            .AddSingleton<VisitCounter>()
            .AddSingleton<IVisitLog>(provider => provider.GetRequiredService<VisitCounter>())
            .AddHostedService(provider => provider.GetRequiredService<VisitCounter>());
}
