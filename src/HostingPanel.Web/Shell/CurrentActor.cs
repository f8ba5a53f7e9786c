using HostingPanel.Access;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Components.Authorization;

namespace HostingPanel.Web.Shell;

/// <summary>Who acts in this circuit. Asked each time, because an account may lose its powers while a page is open.</summary>
internal sealed class CurrentActor(AuthenticationStateProvider authentication)
{
    /// <summary>The actor to give to a use case.</summary>
    public async Task<Actor> GetAsync() => (await authentication.GetAuthenticationStateAsync()).User.ToActor();
}
