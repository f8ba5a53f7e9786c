using HostingPanel.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Accounts;

/// <summary>Adds what lets people in.</summary>
public static class AccountServices
{
    /// <summary>What only the web does. It needs an <see cref="IWebSecrets"/>.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<Outbox>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<ProofService>();
        services.AddSingleton<FactorService>();
        services.AddSingleton<PasskeyService>();
        services.AddSingleton<PasskeyEnrolment>();
        services.AddSingleton<ResetRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<ResetRequests>());
        services.AddSingleton<PasswordService>();
        services.AddSingleton<ProfileService>();
        services.AddSingleton<InvitationService>();
        services.AddSingleton<InvitationAcceptance>();
        services.AddSingleton<PeopleService>();
        services.AddSingleton<MailService>();
        return services;
    }

    /// <summary>What only the worker does. It needs an <c>IMailTransport</c>.</summary>
    internal static void AddAccountUpkeep(this IServiceCollection services)
    {
        services.AddSingleton<AccountTidy>();
        services.AddHostedService(provider => provider.GetRequiredService<AccountTidy>());
        services.AddSingleton<Notices>();
        services.AddSingleton<MailSender>();
        services.AddHostedService(provider => provider.GetRequiredService<MailSender>());
    }
}
