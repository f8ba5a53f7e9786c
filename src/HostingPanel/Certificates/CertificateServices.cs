using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Certificates;

/// <summary>Adds certificates.</summary>
internal static class CertificateServices
{
    /// <summary>The use cases.</summary>
    public static IServiceCollection AddCertificates(this IServiceCollection services)
    {
        services.AddSingleton<CertificateReading>();
        services.AddSingleton<UploadedCertificates>();
        services.AddSingleton(provider => new CertificateService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<CertificateReading>(),
            provider.GetRequiredService<UploadedCertificates>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new PanelCertificate(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<CertificateReading>(),
            provider.GetRequiredService<UploadedCertificates>()
        ));
        services.AddSingleton(provider => new AuthorityChoices(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new AuthorityService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new DnsAccountService(
            provider.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        return services;
    }

    /// <summary>What only the worker does.</summary>
    public static IServiceCollection AddCertificateOperations(this IServiceCollection services)
    {
        services.AddSingleton<AcmeAccounts>();
        services.AddHostedService(provider => provider.GetRequiredService<AcmeAccounts>());
        services.AddSingleton<CertificateStore>();
        services.AddSingleton<AcmeTool>();
        services.AddSingleton<IOperationKind, ObtainCertificate>();
        services.AddSingleton<IOperationKind, InstallCertificate>();
        services.AddSingleton<CertificateScheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<CertificateScheduler>());
        return services;
    }
}
