using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Audit;

/// <summary>Adds the audit to a process.</summary>
internal static class AuditServices
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditRefusals>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditRefusals>());
        services.AddSingleton<AuditService>();
    }
}
