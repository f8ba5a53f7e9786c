using System.Globalization;
using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Accounts;

namespace HostingPanel.Web.Security;

/// <summary>A page's circuit and an endpoint both come from a principal to the actor that the use cases take.</summary>
internal static class PrincipalExtensions
{
    /// <summary>The claim that carries a half sign-in's <see cref="HalfSignIn.SecurityStamp"/>.</summary>
    public const string StampClaim = "stamp";

    /// <summary>The claim that carries the session.</summary>
    public const string SessionClaim = "session";

    /// <summary>
    /// Who this principal is to the use cases, with the powers that they had when the request came; <see cref="Actor.Nobody"/> when not
    /// signed in. What a cookie says of itself gives no power.
    /// </summary>
    public static Actor ToActor(this ClaimsPrincipal principal) => principal.FindOrigin()?.Who ?? Actor.Nobody;

    /// <summary>Who it is and where it comes from, as the request said; null for a principal that came by none.</summary>
    public static OriginIdentity? FindOrigin(this ClaimsPrincipal principal) =>
        principal.Identities.OfType<OriginIdentity>().LastOrDefault();

    /// <summary>The session that a cookie carries, or null when the principal comes by none.</summary>
    public static Guid? FindSession(this ClaimsPrincipal principal) => principal.FindId(SessionClaim);

    /// <summary>Whose password was right, or null when the principal does not say so.</summary>
    public static HalfSignIn? FindHalf(this ClaimsPrincipal principal) =>
        principal.FindId(ClaimTypes.NameIdentifier) is { } id && principal.FindId(StampClaim) is { } stamp
            ? new HalfSignIn(id, stamp)
            : null;

    /// <summary>The principal of an account in a session, as the cookie carries it.</summary>
    public static ClaimsPrincipal ToPrincipal(this AccountView account, Guid sessionId, string scheme) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()),
                    new Claim(ClaimTypes.Name, account.Name),
                    new Claim(ClaimTypes.Email, account.Email),
                    new Claim(SessionClaim, sessionId.ToString()),
                ],
                scheme
            )
        );

    private static Guid? FindId(this ClaimsPrincipal principal, string claim) =>
        Guid.TryParse(principal.FindFirstValue(claim), CultureInfo.InvariantCulture, out var id) ? id : null;
}
