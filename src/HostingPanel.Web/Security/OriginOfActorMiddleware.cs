using System.Security.Claims;
using HostingPanel.Audit;

namespace HostingPanel.Web.Security;

/// <summary>
/// Where a principal comes from. Rides on the principal, so that an endpoint and a circuit, which lives on after its request, both give it
/// to the actor; it never gets into a cookie.
/// </summary>
internal sealed class OriginIdentity(string? address, AuditRefusals refusals) : ClaimsIdentity
{
    /// <summary>The client's address as the gateway gave it.</summary>
    public string? Address { get; } = address;

    /// <summary>Where it is written down what they may not do.</summary>
    public AuditRefusals Refusals { get; } = refusals;
}

/// <summary>Says of every principal where it comes from.</summary>
internal sealed class OriginOfActorMiddleware(RequestDelegate next, AuditRefusals refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var remote = context.Connection.RemoteIpAddress;
        var address = (remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote)?.ToString();
        // A new principal: that of a cookie may just be on its way into a renewed one.
        context.User = new ClaimsPrincipal([.. context.User.Identities, new OriginIdentity(address, refusals)]);
        return next(context);
    }
}
