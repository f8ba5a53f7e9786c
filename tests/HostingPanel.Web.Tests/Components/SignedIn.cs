using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.Security;
using HostingPanel.Web.Shell;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Components;

/// <summary>Who sits in front of a component: an account, or a new one that is made when somebody first asks.</summary>
internal sealed class SignedIn(PanelApp app, AccountView? account = null) : AuthenticationStateProvider
{
    private AccountView? _account = account;
    private AuthenticationState? _state;

    /// <summary>What a new one is; null for nobody of the staff.</summary>
    public StaffRole? Role { get; set; } = StaffRole.Administrator;

    /// <summary>The account.</summary>
    public async Task<AccountView> AccountAsync() => _account ??= await app.NewAccountAsync(Role);

    public override async Task<AuthenticationState> GetAuthenticationStateAsync() =>
        _state ??= new AuthenticationState(app.PrincipalOf(await AccountAsync()));

    /// <summary>Adds what components ask for who it is.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton<AuthenticationStateProvider>(this);
        services.AddSingleton(app.Services.GetRequiredService<AccountCheck>());
        services.AddScoped<CurrentActor>();
    }
}
