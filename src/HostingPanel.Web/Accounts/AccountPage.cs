using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Accounts;

/// <summary>A page about accounts that is a plain form: static, so that it can set cookies.</summary>
public abstract class AccountPage : ComponentBase
{
    [CascadingParameter]
    internal HttpContext Context { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    /// <summary>Where to go afterwards.</summary>
    [SupplyParameterFromQuery(Name = CookieSignIn.ReturnUrlParameter)]
    public string? ReturnUrl { get; set; }

    internal Actor Actor => Context.User.ToActor();

    internal Visit Visit => CookieSignIn.VisitOf(Context);

    internal CancellationToken Aborted => Context.RequestAborted;

    internal bool IsGet => HttpMethods.IsGet(Context.Request.Method);

    /// <summary>Sends who has not proved it lately to where they do, and back; false when they were sent.</summary>
    internal async Task<bool> IsProvedAsync()
    {
        var proofs = Context.RequestServices.GetRequiredService<ProofService>();
        if (await proofs.IsProvedAsync(Actor, Aborted))
        {
            return true;
        }

        var request = Context.Request;
        Navigation.NavigateTo(CookieSignIn.WithReturn(CookieSignIn.ConfirmPath, request.Path + request.QueryString));
        return false;
    }
}
