using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Panel;

/// <summary>Adds the panel's own backups to a process.</summary>
internal static class PanelBackupServices
{
    /// <summary>The use cases.</summary>
    public static void AddPanelBackups(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<PanelBackupOptions>()
            .Bind(configuration.GetSection(PanelBackupOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(provider => new PanelBackupService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<IOptions<PanelOptions>>()
        ));
    }

    /// <summary>What only the worker does.</summary>
    public static void AddPanelBackupOperation(this IServiceCollection services)
    {
        services.AddSingleton<PanelBackupStore>();
        services.AddSingleton<PanelLogin>();
        services.AddSingleton<PanelDump>();
        services.AddSingleton<PanelCopies>();
        services.AddSingleton<IOperationKind, BackUpPanel>();
        services.AddSingleton<PanelBackupSchedule>();
        services.AddHostedService(provider => provider.GetRequiredService<PanelBackupSchedule>());
        services.AddSingleton(provider => new RecoveryKitService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BackupStore>(),
            provider.GetRequiredService<SealingKeys>(),
            provider.GetRequiredService<IOptions<PanelOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new SiteRecoveryService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<SiteStore>(),
            provider.GetRequiredService<InPlaceService>(),
            provider.GetRequiredService<ISwarm>()
        ));
        services.AddSingleton(provider => new RecoverySettlement(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<RepositoryAccess>(),
            provider.GetRequiredService<ISwarm>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RecoverySettlement>>()
        ));
    }
}
