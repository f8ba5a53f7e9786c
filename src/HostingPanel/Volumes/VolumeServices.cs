using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>Adds what is about volumes to a process.</summary>
internal static class VolumeServices
{
    /// <summary>The use cases; section <c>Volumes</c>.</summary>
    public static void AddVolumes(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<VolumesOptions>()
            .Bind(configuration.GetSection(VolumesOptions.Section))
            .ValidateDataAnnotations()
            .Validate<IOptions<PanelOptions>>(
                (volumes, panel) => volumes.DangerMegabytes >= panel.Value.MinFreeMegabytes,
                "Volumes:DangerMegabytes must be at least Panel:MinFreeMegabytes, below which nothing new is begun."
            )
            .ValidateOnStart();
        services.AddSingleton<VolumeReader>();
        services.AddSingleton<VolumeRequests>();
        services.AddSingleton<VolumeCreation>();
        services.AddSingleton(provider => new VolumeService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<VolumeReader>()
        ));
        services.AddSingleton(provider => new VolumeManager(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<VolumeRequests>(),
            provider.GetRequiredService<VolumeReader>(),
            provider.GetRequiredService<VolumeCreation>()
        ));
        services.AddSingleton(provider => new VolumeTrash(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<VolumeRequests>(),
            provider.GetRequiredService<VolumeReader>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new CoverageService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<BlueprintCatalogue>(),
            provider.GetRequiredService<TimeProvider>()
        ));
    }

    /// <summary>What only the worker does: the operations, their schedule, and looking at what is on the node.</summary>
    public static void AddVolumeOperations(this IServiceCollection services)
    {
        services.AddSingleton<VolumeStore>();
        services.AddSingleton<VolumeTool>();
        services.AddSingleton<VolumePurge>();
        services.AddSingleton<IOperationKind, MeasureVolumes>();
        services.AddSingleton<IOperationKind, CloneVolume>();
        services.AddSingleton<IOperationKind, PurgeVolume>();
        services.AddSingleton<IOperationKind, AdoptVolume>();
        services.AddSingleton<MeasureSchedule>();
        services.AddHostedService(provider => provider.GetRequiredService<MeasureSchedule>());
        services.AddSingleton<DiskGuard>();
        services.AddHostedService(provider => provider.GetRequiredService<DiskGuard>());
        services.AddSingleton<VolumeObserver>();
        services.AddHostedService(provider => provider.GetRequiredService<VolumeObserver>());
    }
}
