using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Telemetry;

/// <summary>Adds metrics to a process.</summary>
public static class TelemetryServices
{
    /// <summary>Sends the process's metrics to where the section <c>Telemetry</c> says; to nobody where it does not.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Section <c>Telemetry</c>.</param>
    /// <param name="service">What the process is called there.</param>
    /// <param name="meters">The framework's meters that are sent, too.</param>
    public static IServiceCollection AddMetricsExport(
        this IServiceCollection services,
        IConfiguration configuration,
        string service,
        params string[] meters
    )
    {
        services
            .AddOptions<TelemetryOptions>()
            .Bind(configuration.GetSection(TelemetryOptions.Section))
            .Validate(options => options.IsValid, TelemetryOptions.Expected)
            .ValidateOnStart();
        services.AddSingleton(new MetricsSource(service, meters));
        services.AddHostedService<MetricsExport>();
        return services;
    }

    /// <summary>What the worker counts.</summary>
    internal static void AddWorkerMetrics(this IServiceCollection services)
    {
        services.AddSingleton<PanelMetrics>();
        services.AddSingleton<OperationEnds>();
        services.AddSingleton<PanelGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<PanelGauges>());
    }
}
