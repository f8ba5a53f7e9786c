using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Volumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites.Login;

/// <summary>Adds logging in to sites to a process.</summary>
internal static class LoginServices
{
    /// <summary>Asking for a way in.</summary>
    public static void AddSiteLogin(this IServiceCollection services) =>
        services.AddSingleton(provider => new LoginLinkService(
            provider.GetRequiredService<VolumeRequests>(),
            provider.GetRequiredService<BlueprintCatalogue>(),
            provider.GetRequiredService<IOptions<PanelOptions>>()
        ));

    /// <summary>Opening it, which only the worker does.</summary>
    public static void AddSiteLoginOperation(this IServiceCollection services) => services.AddSingleton<IOperationKind, MakeLoginLink>();
}
