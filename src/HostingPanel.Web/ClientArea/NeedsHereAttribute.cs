using HostingPanel.Access;
using Microsoft.AspNetCore.Authorization;

namespace HostingPanel.Web.ClientArea;

/// <summary>
/// Says of a page of the client area what somebody must be permitted in the organisation, and on the site, that its address names. To anybody
/// else it does not exist, the provider's own people included where they belong to no organisation.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsHereAttribute(Permission permission) : AuthorizeAttribute(PlacePermission.Prefix + permission.ToName())
{
    /// <summary>What is needed.</summary>
    public Permission Permission { get; } = permission;
}

/// <summary>What a page needs, as the framework asks for it.</summary>
/// <param name="Permission">What is needed where the address leads.</param>
internal sealed record PlacePermission(Permission Permission) : IAuthorizationRequirement
{
    public const string Prefix = "here:";

    /// <summary>A policy of a name for each permission.</summary>
    public static void AddPolicies(AuthorizationBuilder authorization)
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            authorization.AddPolicy(
                Prefix + permission.ToName(),
                policy => policy.RequireAuthenticatedUser().AddRequirements(new PlacePermission(permission))
            );
        }
    }
}
