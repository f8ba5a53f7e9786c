using HostingPanel.Docker;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Telemetry;
using HostingPanel.Worker.Commands;
using HostingPanel.Worker.Gateway;
using HostingPanel.Worker.Security;
using HostingPanel.Worker.Startup;
using HostingPanel.Worker.Swarm;
using Microsoft.Extensions.Options;

namespace HostingPanel.Worker;

/// <summary>Puts the worker together: the panel's use cases, the runner, and the adapters behind its ports.</summary>
internal static class WorkerHost
{
    public static void AddWorker(this WebApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Operations give their leases back when the process stops; that takes a moment, and Swarm waits longer than this.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        var services = builder.Services;
        services.AddPanel(builder.Configuration);
        services.AddMetricsExport(builder.Configuration, "hostingpanel-worker");
        services.AddOptions<WorkerOptions>().BindConfiguration(WorkerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
            MasterKeyProtector.FromFile(provider.GetRequiredService<IOptions<WorkerOptions>>().Value.MasterKeyFile)
        );
        services.AddSingleton<ISecretProtector>(provider => provider.GetRequiredService<MasterKeyProtector>());
        services.AddSingleton<IManifestSigner>(provider => provider.GetRequiredService<MasterKeyProtector>());
        services.AddSingleton(_ => new DockerClient(
            new DockerClientOptions { Endpoint = new Uri(builder.Configuration["Docker:Endpoint"] ?? "unix:///var/run/docker.sock") }
        ));
        services.AddSingleton<IDiskSpace>(provider => new DirectoryDiskSpace(
            provider.GetRequiredService<IOptions<WorkerOptions>>().Value.DiskProbeDirectory
        ));
        services.AddSingleton<IEngineDisk, EngineDisk>();
        services.AddSingleton<ISwarm>(provider =>
        {
            var panel = provider.GetRequiredService<IOptions<PanelOptions>>().Value;
            var toolbox = provider.GetRequiredService<ImageCatalogue>().Resolve("toolbox").Value;
            return new SwarmPlatform(
                provider.GetRequiredService<DockerClient>(),
                new SwarmOptions(panel.Installation, toolbox, panel.MinFreeMegabytes << 20),
                provider.GetRequiredService<IDiskSpace>(),
                provider.GetRequiredService<TimeProvider>()
            );
        });
        services.AddSingleton<IHostLookup, HostLookup>();
        services.AddSingleton<IDnsLookup>(_ => new DnsLookup());
        services.AddSingleton<IMailTransport, SmtpTransport>();
        services.AddGateway(builder.Configuration);
        services.AddOperationRunner();
        services.AddHostedService<RoutesAtStart>();
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<DemoCommand>();
        services.AddSingleton<KitCommand>();
        services.AddSingleton<PanelBackupCommands>();
        services.AddSingleton<SiteRecoveryCommand>();
    }

    /// <summary>Healthy: the database answers and the runner turns.</summary>
    public static void MapHealth(this WebApplication app) =>
        app.MapGet(
            "/healthz",
            async (IWorkerHealth health, CancellationToken cancellationToken) =>
                await health.FaultAsync(cancellationToken) is { } fault ? Results.Text(fault, statusCode: 503) : Results.Text("ok")
        );
}
