using HostingPanel.Backups.Operations;
using HostingPanel.Operations;
using HostingPanel.Persistence;
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
        services.AddSingleton(provider => new BackupService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<VolumeRequests>()
        ));
    }

    /// <summary>What only the worker does.</summary>
    public static void AddBackupOperations(this IServiceCollection services)
    {
        services.AddSingleton<BackupStore>();
        services.AddSingleton<BackupSiteSteps>();
        services.AddSingleton<BackupJobs>();
        services.AddSingleton<Toolbox>();
        services.AddSingleton<DatabaseTool>();
        services.AddSingleton<ResticTool>();
        services.AddSingleton<RepositoryAccess>();
        services.AddSingleton<ManifestWriter>();
        services.AddSingleton<CopyMaker>();
        services.AddSingleton<IOperationKind, TakeBackup>();
    }
}
