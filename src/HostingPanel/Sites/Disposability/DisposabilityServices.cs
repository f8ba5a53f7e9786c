using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Sites.Disposability;

/// <summary>Adds disposability drills to a process.</summary>
internal static class DisposabilityServices
{
    /// <summary>Showing them.</summary>
    public static void AddDisposability(this IServiceCollection services) =>
        services.AddSingleton(provider => new DisposabilityService(provider.GetRequiredService<IDbContextFactory<PanelDbContext>>()));

    /// <summary>Doing them, which only the worker does.</summary>
    public static void AddDisposabilityOperation(this IServiceCollection services)
    {
        services.AddSingleton<DrillStore>();
        services.AddSingleton<FingerprintTool>();
        services.AddSingleton<IOperationKind, DrillDisposability>();
    }
}
