using System.Globalization;
using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Accounts;

namespace HostingPanel.Web.Security;

/// <summary>Actor ↔ claims. A page's circuit and an endpoint both come from a principal to the actor that the use cases take.</summary>
internal static class PrincipalExtensions
{
    /// <summary>The claim that carries <see cref="AccountView.SecurityStamp"/>.</summary>
    public const string StampClaim = "stamp";

    /// <summary>Who this principal is to the use cases; <see cref="Actor.Nobody"/> when not signed in.</summary>
    public static Actor ToActor(this ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true } && principal.FindId(ClaimTypes.NameIdentifier) is { } id
            ? principal.WithOrigin(
                new Actor(id, principal.FindFirstValue(ClaimTypes.Name) ?? "unnamed", RoleOf(principal))
                {
                    Kind = principal.Identity.AuthenticationType == BearerHandler.Name ? ActorKind.Token : ActorKind.Person,
                }
            )
            : principal.WithOrigin(Actor.Nobody);

    /// <summary>The identity and stamp that a cookie carries, or null when the principal is no account's.</summary>
    public static (Guid Id, Guid Stamp)? FindAccount(this ClaimsPrincipal principal) =>
        principal.FindId(ClaimTypes.NameIdentifier) is { } id && principal.FindId(StampClaim) is { } stamp ? (id, stamp) : null;

    /// <summary>The principal of an account, as the cookie carries it.</summary>
    public static ClaimsPrincipal ToPrincipal(this AccountView account, string scheme) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()),
                    new Claim(ClaimTypes.Name, account.Name),
                    new Claim(ClaimTypes.Email, account.Email),
                    new Claim(ClaimTypes.Role, account.Role.ToString()),
                    new Claim(StampClaim, account.SecurityStamp.ToString()),
                ],
                scheme
            )
        );

    /// <summary>The principal of an actor that came with a token.</summary>
    public static ClaimsPrincipal ToPrincipal(this Actor actor, string scheme)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, actor.Id.ToString()), new Claim(ClaimTypes.Name, actor.Name)],
            scheme
        );
        if (actor.Role is { } role)
        {
            identity.AddClaim(new Claim(ClaimTypes.Role, role.ToString()));
        }

        return new ClaimsPrincipal(identity);
    }

    private static Actor WithOrigin(this ClaimsPrincipal principal, Actor actor) =>
        principal.Identities.OfType<OriginIdentity>().LastOrDefault() is { } origin
            ? actor with
            {
                Address = origin.Address,
                Refusals = origin.Refusals,
            }
            : actor;

    private static StaffRole? RoleOf(ClaimsPrincipal principal) =>
        Enum.TryParse<StaffRole>(principal.FindFirstValue(ClaimTypes.Role), out var role) && Enum.IsDefined(role) ? role : null;

    private static Guid? FindId(this ClaimsPrincipal principal, string claim) =>
        Guid.TryParse(principal.FindFirstValue(claim), CultureInfo.InvariantCulture, out var id) ? id : null;
}
