using HostingPanel.Accounts;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;
using HostingPanel.Certificates;
using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;
using HostingPanel.Sites.Disposability;
using HostingPanel.Sites.Login;
using HostingPanel.Sites.Operations;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Telemetry;
using HostingPanel.Traffic;
using HostingPanel.Visits;
using HostingPanel.Volumes;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel;

/// <summary>Adds what only the worker does: running operations. It needs the ports of <c>Platform</c> from its own project.</summary>
public static class WorkerServices
{
    /// <summary>The runner and every kind of operation.</summary>
    public static IServiceCollection AddOperationRunner(this IServiceCollection services)
    {
        services.AddWorkerMetrics();
        services.AddSingleton<SiteStore>();
        services.AddSingleton<SiteSteps>();
        services.AddSingleton<CodeUnpacker>();
        services.AddSingleton<UploadKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<UploadKeeper>());
        services.AddSingleton<RoutePublisher>();
        services.AddSingleton<IRoutePublisher>(provider => provider.GetRequiredService<RoutePublisher>());
        services.AddSingleton<ISiteServiceNames, SiteServiceNames>();
        services.AddSingleton<IWorkerHealth, WorkerHealth>();
        services.AddSingleton<IOperationKind, ProvisionSite>();
        services.AddSingleton<IOperationKind, StartSite>();
        services.AddSingleton<SelfStop>();
        services.AddSingleton<IOperationKind, StopSite>();
        services.AddSingleton<IOperationKind, RestartSite>();
        services.AddSingleton<IOperationKind, TrashSite>();
        services.AddSingleton<IOperationKind, UntrashSite>();
        services.AddSingleton<IOperationKind, PurgeSite>();
        services.AddDisposabilityOperation();
        services.AddVolumeOperations();
        services.AddBackupOperations();
        services.AddPanelBackupOperation();
        services.AddCronOperation();
        services.AddAccountUpkeep();
        services.AddSiteLoginOperation();
        services.AddCertificateOperations();
        services.AddDomainOperation();
        services.AddTrafficUpkeep();
        services.AddVisitCounter();
        services.AddSingleton<IOperationKind, HealSite>();
        services.AddSingleton<IOperationKind, RemoveUnowned>();
        services.AddSingleton<HealQueue>();
        services.AddSingleton<IOperationJobs>(provider => provider.GetRequiredService<ISwarm>());
        services.AddSingleton<WorkerLease>();
        services.AddSingleton<IWorkerLease>(provider => provider.GetRequiredService<WorkerLease>());
        services.AddSingleton<OperationLeases>();
        services.AddSingleton<GiveWay>();
        services.AddSingleton<OperationRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<OperationRunner>());
        services.AddSingleton<OperationHistory>();
        services.AddHostedService(provider => provider.GetRequiredService<OperationHistory>());
        services.AddSingleton<Reconciler>();
        services.AddHostedService<ReconcilerLoop>();
        return services;
    }
}
