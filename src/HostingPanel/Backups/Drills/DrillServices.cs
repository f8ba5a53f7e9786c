using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Drills;

/// <summary>Registers the drills of restore points.</summary>
internal static class DrillServices
{
    /// <summary>The use cases.</summary>
    public static void AddDrills(this IServiceCollection services)
    {
        services.AddSingleton<DrillQueue>();
        services.AddSingleton(provider => new DrillService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BackupService>(),
            provider.GetRequiredService<DrillQueue>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<IOptions<PanelOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()
        ));
    }

    /// <summary>What only the worker does.</summary>
    public static void AddDrillOperations(this IServiceCollection services)
    {
        services.AddSingleton<StatusHook>();
        services.AddSingleton<SiteLooker>();
        services.AddSingleton<SuspicionSteps>();
        services.AddSingleton<DrillStore>();
        services.AddSingleton<DrillTool>();
        services.AddSingleton<DrillCamera>();
        services.AddSingleton<DrillSteps>();
        services.AddSingleton<ScratchSites>();
        services.AddSingleton<IOperationKind, DrillRestorePoint>();
        services.AddSingleton<DrillSchedule>();
        services.AddHostedService(provider => provider.GetRequiredService<DrillSchedule>());
        services.AddHostedService<DrillHistory>();
    }
}
