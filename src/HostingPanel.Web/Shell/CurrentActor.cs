using HostingPanel.Access;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Components.Authorization;

namespace HostingPanel.Web.Shell;

/// <summary>Who acts in this circuit. Asked each time, because an account may lose its powers while a page is open.</summary>
internal sealed class CurrentActor(AuthenticationStateProvider authentication, AccountCheck check)
{
    /// <summary>The actor to give to a use case, with the powers of now, not with those of when the page was opened.</summary>
    public async Task<Actor> GetAsync()
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        var actor = await check.ActorAsync(user, CancellationToken.None);
        return user.FindOrigin()?.Same(actor) ?? actor;
    }
}
