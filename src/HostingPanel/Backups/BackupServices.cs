using HostingPanel.Backups.Drills;
using HostingPanel.Backups.Operations;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Backups;

/// <summary>Adds backups to a process.</summary>
internal static class BackupServices
{
    /// <summary>The use cases.</summary>
    public static void AddBackups(this IServiceCollection services)
    {
        services.AddDrills();
        services.AddSingleton(provider => new BackupService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<VolumeRequests>()
        ));
        services.AddSingleton(provider => new StandingService(provider.GetRequiredService<IDbContextFactory<PanelDbContext>>()));
        services.AddSingleton(provider => new TargetService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new RestoreService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BackupService>(),
            provider.GetRequiredService<SiteManager>(),
            provider.GetRequiredService<SiteCreation>(),
            provider.GetRequiredService<BlueprintCatalogue>()
        ));
    }

    /// <summary>What only the worker does.</summary>
    public static void AddBackupOperations(this IServiceCollection services)
    {
        services.AddDrillOperations();
        services.AddSingleton<BackupStore>();
        services.AddSingleton<BackupSiteSteps>();
        services.AddSingleton<BackupJobs>();
        services.AddSingleton<PaceKeeper>();
        services.AddSingleton<Toolbox>();
        services.AddSingleton<DatabaseTool>();
        services.AddSingleton<ResticTool>();
        services.AddSingleton<RepositoryAccess>();
        services.AddSingleton<ManifestWriter>();
        services.AddSingleton<CopyMaker>();
        services.AddSingleton<RestoreStore>();
        services.AddSingleton<RestoreFiles>();
        services.AddSingleton<RestoreDatabases>();
        services.AddSingleton<RestoreSteps>();
        services.AddSingleton<IOperationKind, TakeBackup>();
        services.AddSingleton<IOperationKind, RestoreAsNew>();
        services.AddSingleton<IOperationKind, TestTarget>();
        services.AddSingleton<SealingKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<SealingKeys>());
    }
}
