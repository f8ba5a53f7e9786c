using HostingPanel.Backups.Browsing;
using HostingPanel.Backups.Drills;
using HostingPanel.Backups.InPlace;
using HostingPanel.Backups.Operations;
using HostingPanel.Backups.Policies;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

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
        services.AddSingleton(provider => new PolicyService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new BackupHealthService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new UpkeepService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BackupService>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new SetAsideService(
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
        services.AddSingleton(provider => new InPlaceService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BackupService>(),
            provider.GetRequiredService<VolumeRequests>(),
            provider.GetRequiredService<InPlacePlanner>(),
            provider.GetRequiredService<IOptions<PanelOptions>>().Value
        ));
        services.AddSingleton<InPlacePlanner>();
    }

    /// <summary>What looks into restore points and gets parts of them; section <c>Downloads</c>.</summary>
    public static void AddBackupBrowsing(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<DownloadOptions>()
            .Bind(configuration.GetSection(DownloadOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<DownloadArea>();
        services.AddSingleton(provider => new BrowseService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BackupService>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<DownloadArea>()
        ));
        services.AddSingleton(provider => new FetchService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BackupService>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<VolumeRequests>(),
            provider.GetRequiredService<BlueprintCatalogue>(),
            provider.GetRequiredService<DownloadArea>(),
            provider.GetRequiredService<FreeSpace>(),
            provider.GetRequiredService<IOptions<DownloadOptions>>()
        ));
        services.AddSingleton(provider => new DownloadService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<DownloadArea>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DownloadService>>()
        ));
        services.AddSingleton(provider => new RepositoryService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RepositoryService>>()
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
        services.AddSingleton<SetReader>();
        services.AddSingleton<ManifestWriter>();
        services.AddSingleton<TrafficTaker>();
        services.AddSingleton<CopyMaker>();
        services.AddSingleton<RestoreStore>();
        services.AddSingleton<RestoreFiles>();
        services.AddSingleton<RestoreRoom>();
        services.AddSingleton<RestoreDatabases>();
        services.AddSingleton<RestoreSteps>();
        services.AddSingleton<InPlaceStore>();
        services.AddSingleton<InPlaceSteps>();
        services.AddSingleton<BesideServers>();
        services.AddSingleton<SwapSteps>();
        services.AddSingleton<TakeBackup>();
        services.AddSingleton<IOperationKind>(provider => provider.GetRequiredService<TakeBackup>());
        services.AddSingleton<IOperationKind, RestoreInPlace>();
        services.AddSingleton<IOperationKind, UndoRestore>();
        services.AddSingleton<IOperationKind, RestoreAsNew>();
        services.AddSingleton<IOperationKind, TestTarget>();
        services.AddSingleton<UpkeepStore>();
        services.AddSingleton<RepositoryRuns>();
        services.AddSingleton<RepositoryRemoval>();
        services.AddSingleton<RepositoryCheck>();
        services.AddSingleton<UpkeepSteps>();
        services.AddSingleton<IOperationKind, ApplyRetention>();
        services.AddSingleton<IOperationKind, DeleteRestorePoint>();
        services.AddSingleton<IOperationKind, RemoveRepository>();
        services.AddSingleton<IOperationKind, CheckRepositories>();
        services.AddSingleton<BackupScheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<BackupScheduler>());
        services.AddSingleton<FetchStore>();
        services.AddSingleton<FetchJobs>();
        services.AddSingleton<FetchSteps>();
        services.AddSingleton<TableTool>();
        services.AddSingleton<IOperationKind, IndexBackup>();
        services.AddSingleton<IOperationKind, FetchBackup>();
        services.AddSingleton<IOperationKind, PutBackFiles>();
        services.AddSingleton<IOperationKind, PutBackTables>();
        services.AddSingleton<IOperationKind, ExportRepositoryKey>();
        services.AddSingleton<DownloadKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<DownloadKeeper>());
        services.AddSingleton<SealingKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<SealingKeys>());
    }
}
