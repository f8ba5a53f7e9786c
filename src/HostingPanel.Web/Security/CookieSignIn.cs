using System.Security.Claims;
using HostingPanel.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace HostingPanel.Web.Security;

/// <summary>Begins and ends sessions in the browser. Works only where the response has not started: in static server-rendered pages.</summary>
internal static class CookieSignIn
{
    /// <summary>The cookie's scheme.</summary>
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>The scheme of the cookie of who has shown a password alone. It opens no page but those that ask for the rest.</summary>
    public const string HalfScheme = "half";

    /// <summary>How long somebody may take from the password to the next factor.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(15);

    /// <summary>Where somebody who is not signed in is sent.</summary>
    public const string SignInPath = "/account/sign-in";

    /// <summary>Where the second factor is asked for.</summary>
    public const string CodePath = "/account/sign-in/code";

    /// <summary>Where it is set up by who must have one.</summary>
    public const string SetUpFactorPath = "/account/sign-in/second-factor";

    /// <summary>Where somebody who is signed in proves that it is they.</summary>
    public const string ConfirmPath = "/account/confirm";

    /// <summary>The query parameter that says where to go after signing in.</summary>
    public const string ReturnUrlParameter = "returnUrl";

    private const string BrowserCookie = "hp-browser";
    private static readonly TimeSpan BrowserLife = TimeSpan.FromDays(180);

    /// <summary>Begins a new session, whatever session the browser had before.</summary>
    public static async Task SignInAsync(HttpContext context, StartedSession session)
    {
        await context.SignOutAsync(HalfScheme);
        if (session.BrowserKey is { } key)
        {
            RememberBrowser(context, key);
        }

        await context.SignInAsync(Scheme, session.Account.ToPrincipal(session.SessionId, Scheme));
    }

    /// <summary>Goes on after a password; gives where to.</summary>
    public static async Task<string> StepAsync(HttpContext context, SignInStep step, string? returnUrl)
    {
        if (step.Session is { } session)
        {
            await SignInAsync(context, session);
            return LocalOrHome(returnUrl);
        }

        await HalfAsync(context, step.Half!);
        return WithReturn(step.Next == NextFactor.Prove ? CodePath : SetUpFactorPath, returnUrl);
    }

    /// <summary>Remembers a password that was right until the next factor.</summary>
    public static Task HalfAsync(HttpContext context, HalfSignIn half) =>
        context.SignInAsync(
            HalfScheme,
            new ClaimsPrincipal(
                new ClaimsIdentity(
                    [
                        new Claim(ClaimTypes.NameIdentifier, half.AccountId.ToString()),
                        new Claim(PrincipalExtensions.StampClaim, half.SecurityStamp.ToString()),
                    ],
                    HalfScheme
                )
            )
        );

    /// <summary>Whose password was right in this browser a moment ago; null for nobody's.</summary>
    public static async Task<HalfSignIn?> FindHalfAsync(HttpContext context) =>
        (await context.AuthenticateAsync(HalfScheme)).Principal?.FindHalf();

    /// <summary>Ends the session.</summary>
    public static async Task SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(HalfScheme);
        await context.SignOutAsync(Scheme);
    }

    /// <summary>The browser that a request comes from.</summary>
    public static Visit VisitOf(HttpContext context) =>
        new(
            BrowserWords.Of(context.Request.Headers.UserAgent.ToString()),
            context.Request.Cookies[SchemeCookieManager.NameFor(context, BrowserCookie)] is { Length: > 0 and < 100 } key ? key : null
        );

    /// <summary>Gives the browser what it is known by at the next sign-in. It opens nothing.</summary>
    public static void RememberBrowser(HttpContext context, string key) =>
        context.Response.Cookies.Append(
            SchemeCookieManager.NameFor(context, BrowserCookie),
            key,
            new CookieOptions
            {
                HttpOnly = true,
                Secure = context.Request.IsHttps,
                SameSite = SameSiteMode.Strict,
                Path = "/",
                MaxAge = BrowserLife,
                IsEssential = true,
            }
        );

    /// <summary>The address when it is a path on this host, <c>/</c> otherwise: nobody is sent elsewhere from here.</summary>
    public static string LocalOrHome(string? returnUrl) =>
        returnUrl is ['/', ..] && returnUrl is not ['/', '/' or '\\', ..] && !returnUrl.Any(char.IsControl) ? returnUrl : "/";

    /// <summary>A page that goes on to another afterwards.</summary>
    public static string WithReturn(string path, string? returnUrl) =>
        returnUrl is null ? path : $"{path}?{ReturnUrlParameter}={Uri.EscapeDataString(LocalOrHome(returnUrl))}";
}
