using HostingPanel.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace HostingPanel.Web.Security;

/// <summary>Begins and ends sessions in the browser. Works only where the response has not started: in static server-rendered pages.</summary>
internal static class CookieSignIn
{
    /// <summary>The cookie's scheme.</summary>
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>Where somebody who is not signed in is sent.</summary>
    public const string SignInPath = "/account/sign-in";

    /// <summary>The query parameter that says where to go after signing in.</summary>
    public const string ReturnUrlParameter = "returnUrl";

    /// <summary>Begins a new session, whatever session the browser had before.</summary>
    public static Task SignInAsync(HttpContext context, AccountView account) => context.SignInAsync(Scheme, account.ToPrincipal(Scheme));

    /// <summary>Ends the session.</summary>
    public static Task SignOutAsync(HttpContext context) => context.SignOutAsync(Scheme);

    /// <summary>The address when it is a path on this host, <c>/</c> otherwise: nobody is sent elsewhere from here.</summary>
    public static string LocalOrHome(string? returnUrl) =>
        returnUrl is ['/', ..] && returnUrl is not ['/', '/' or '\\', ..] && !returnUrl.Any(char.IsControl) ? returnUrl : "/";
}
