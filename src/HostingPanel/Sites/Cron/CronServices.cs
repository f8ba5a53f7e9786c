using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Sites.Cron;

/// <summary>Adds scheduled tasks to a process.</summary>
internal static class CronServices
{
    /// <summary>Showing them, and asking for a run.</summary>
    public static void AddCron(this IServiceCollection services) =>
        services.AddSingleton(provider => new CronService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BlueprintCatalogue>(),
            provider.GetRequiredService<VolumeRequests>(),
            provider.GetRequiredService<TimeProvider>()
        ));

    /// <summary>Running them, which only the worker does.</summary>
    public static void AddCronOperation(this IServiceCollection services)
    {
        services.AddSingleton<CronStore>();
        services.AddSingleton<IOperationKind, RunCron>();
        services.AddSingleton<CronScheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<CronScheduler>());
    }
}
