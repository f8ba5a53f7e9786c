using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HostingPanel.Blueprints;

/// <summary>Registers the blueprints.</summary>
public static class BlueprintServices
{
    /// <summary>Adds the <see cref="BlueprintCatalogue"/>. A host with a mistake in a blueprint does not start.</summary>
    public static IServiceCollection AddBlueprints(this IServiceCollection services)
    {
        services.AddOptions<BlueprintOptions>().BindConfiguration(BlueprintOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
            BlueprintCatalogue.Load(
                Path.Combine(AppContext.BaseDirectory, provider.GetRequiredService<IOptions<BlueprintOptions>>().Value.Directory)
            )
        );
        services.AddHostedService<ReadAtStart>();
        return services;
    }

    /// <summary>Asks for the catalogue, so that a mistake is told when the process starts and not at the first request.</summary>
    private sealed class ReadAtStart(IServiceProvider provider) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            provider.GetRequiredService<BlueprintCatalogue>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
