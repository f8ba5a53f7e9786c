using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;
using HostingPanel.Blueprints;
using HostingPanel.Certificates;
using HostingPanel.Domains;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;
using HostingPanel.Sites.Disposability;
using HostingPanel.Sites.Login;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Tokens;
using HostingPanel.Traffic;
using HostingPanel.Visits;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HostingPanel;

/// <summary>Adds the panel's use cases to a process.</summary>
public static class PanelServices
{
    /// <summary>Everything that web and worker share: the model, the use cases, the change feed.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Sections Panel, Database, Images, Blueprints, Uploads, Downloads.</param>
    public static IServiceCollection AddPanel(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<PanelOptions>()
            .Bind(configuration.GetSection(PanelOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services
            .AddOptions<DatabaseOptions>()
            .Bind(configuration.GetSection(DatabaseOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<UploadOptions>().Bind(configuration.GetSection(UploadOptions.Section));
        services
            .AddOptions<GentleOptions>()
            .Bind(configuration.GetSection(GentleOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<ImageOptions>().Bind(configuration.GetSection(ImageOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.BuildDataSource());
        services.AddDatabaseLogging();
        services.AddDbContextFactory<PanelDbContext>(
            (provider, options) =>
                options
                    .UseNpgsql(
                        provider.GetRequiredService<Npgsql.NpgsqlDataSource>(),
                        npgsql => npgsql.MigrationsAssembly("HostingPanel.Migrations")
                    )
                    .ConfigureWarnings(DatabaseLogging.Configure)
        );
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<IChangeFeed>(provider => provider.GetRequiredService<ChangeFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        services.AddBlueprints();
        services.AddSingleton<ImageCatalogue>();
        services.AddSingleton<OperationQueue>();
        services.AddSingleton<OperationService>();
        services.AddSingleton<OrganisationService>();
        services.AddSingleton<FreeSpace>();
        services.AddSingleton<SiteCreationChecks>();
        services.AddSingleton<SiteCreation>();
        services.AddSingleton(provider => new SiteManager(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<SiteCreation>(),
            provider.GetRequiredService<BlueprintCatalogue>(),
            provider.GetRequiredService<IOptions<PanelOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new UploadService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<IOptions<UploadOptions>>(),
            provider.GetRequiredService<FreeSpace>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddDisposability();
        services.AddVolumes(configuration);
        services.AddBackups();
        services.AddPanelBackups(configuration);
        services.AddCron();
        services.AddSiteLogin();
        services.AddCertificates();
        services.AddDomains();
        services.AddBackupBrowsing(configuration);
        services.AddSingleton(provider => new HandsOffService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<SiteManager>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new ReconciliationService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<FreeSpace>(),
            provider.GetRequiredService<IOptions<VolumesOptions>>()
        ));
        services.AddTraffic();
        services.AddVisits();
        services.AddAudit();
        services.AddSingleton<AccountService>();
        services.AddSingleton<TokenService>();
        services.AddSingleton<TokenCheck>();
        services.AddSingleton<MembershipService>();
        services.AddSingleton<SiteAccessService>();
        services.AddSingleton<DataProtectionKeyStore>();
        return services;
    }
}
