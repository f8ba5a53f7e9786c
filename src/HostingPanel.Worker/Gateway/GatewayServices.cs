using HostingPanel.Platform;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HostingPanel.Worker.Gateway;

/// <summary>Adds the gateway.</summary>
internal static class GatewayServices
{
    /// <summary>Adds <see cref="IGateway"/> over HAProxy. Needs <see cref="PanelOptions"/>.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<GatewayOptions>()
            .Bind(configuration.GetSection(GatewayOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => Directory.Exists(options.Directory),
                "Gateway:Directory does not exist; it must be the volume that is shared with the gateway."
            )
            .Validate(
                options => File.Exists(options.KeyFile),
                "Gateway:KeyFile does not exist; it must be the secret that the panel's web reads too."
            )
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayFiles>();
        services.AddSingleton<SelfSignedCertificates>();
        services.AddSingleton<ServedCertificates>();
        services.AddSingleton<MasterSocket>();
        services.AddSingleton<SiteProbe>();
        services.AddHostedService<RequestLog>();
        services.AddSingleton<IGatewayRefusals, HaproxyRefusals>();
        services.AddSingleton<IGateway, HaproxyGateway>();
        return services;
    }
}
