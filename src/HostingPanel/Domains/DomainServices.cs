using HostingPanel.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HostingPanel.Domains;

/// <summary>Adds the host names of sites to a process.</summary>
internal static class DomainServices
{
    /// <summary>Showing and changing them.</summary>
    public static void AddDomains(this IServiceCollection services)
    {
        services.AddSingleton<DomainReading>();
        services.AddSingleton<DomainChanges>();
        services.AddSingleton(provider => new DomainService(
            provider.GetRequiredService<DomainChanges>(),
            provider.GetRequiredService<DomainReading>(),
            provider.GetRequiredService<IOptions<PanelOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
    }

    /// <summary>Telling sites of them and looking where they lead, which only the worker does.</summary>
    public static void AddDomainOperation(this IServiceCollection services)
    {
        services.AddSingleton<SiteNaming>();
        services.AddSingleton<IOperationKind, ChangeDomains>();
        services.AddSingleton<DomainChecker>();
        services.AddHostedService(provider => provider.GetRequiredService<DomainChecker>());
    }
}
