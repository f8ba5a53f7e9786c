using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Audit;

namespace HostingPanel.Web.Security;

/// <summary>
/// Who a principal is to the use cases, and where it comes from. Rides on the principal, so that an endpoint and a circuit, which lives on
/// after its request, both find it; it never gets into a cookie.
/// </summary>
internal sealed class OriginIdentity(Actor actor, string? address, AuditRefusals refusals) : ClaimsIdentity
{
    /// <summary>The actor with the powers that they had when the request came.</summary>
    public Actor Who { get; } = Of(actor, address, refusals);

    /// <summary>Another actor that comes from the same place.</summary>
    public Actor Same(Actor other) => Of(other, address, refusals);

    private static Actor Of(Actor actor, string? address, AuditRefusals refusals) =>
        actor with
        {
            Address = address,
            Refusals = refusals,
            Refresh = actor.Refresh is { } again ? async cancellationToken => Of(await again(cancellationToken), address, refusals) : null,
        };
}

/// <summary>Says of every principal who it is to the use cases, with the powers of now, and where it comes from.</summary>
internal sealed class OriginOfActorMiddleware(RequestDelegate next, AccountCheck check, AuditRefusals refusals)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var actor = context.User.Identities.OfType<TokenIdentity>().LastOrDefault() is { } token
            ? token.Who
            : await check.ActorAsync(context.User, context.RequestAborted);
        // A new principal: that of a cookie may just be on its way into a renewed one.
        context.User = new ClaimsPrincipal([.. context.User.Identities, new OriginIdentity(actor, AddressOf(context), refusals)]);
        await next(context);
    }

    /// <summary>The client's address as the gateway gave it.</summary>
    public static string? AddressOf(HttpContext context)
    {
        var remote = context.Connection.RemoteIpAddress;
        return (remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote)?.ToString();
    }
}
