using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Security;

/// <summary>
/// Says of a page of the provider what somebody of the staff must be permitted to open it. What they see there their use cases decide; to who has none of it
/// the page does not exist. A page without it is found by <c>AccessMatrixTests</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsAttribute(Permission permission) : AuthorizeAttribute(PagePermission.Prefix + permission.ToName())
{
    /// <summary>What is needed.</summary>
    public Permission Permission { get; } = permission;
}

/// <summary>What a page needs, as the framework asks for it.</summary>
/// <param name="Permission">What is needed somewhere.</param>
internal sealed record PagePermission(Permission Permission) : IAuthorizationRequirement
{
    public const string Prefix = "may:";
}

/// <summary>Makes a policy of the name that <see cref="NeedsAttribute"/> gives.</summary>
internal sealed class PagePolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    public override async Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
        policyName.StartsWith(PagePermission.Prefix, StringComparison.Ordinal)
        && Permissions.Parse(policyName[PagePermission.Prefix.Length..]) is { } permission
            ? new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PagePermission(permission)).Build()
            : await base.GetPolicyAsync(policyName);
}

/// <summary>Decides with the powers of now, on a request and in an open page alike.</summary>
internal sealed class PagePermissionHandler(AccountCheck check) : AuthorizationHandler<PagePermission>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PagePermission requirement)
    {
        try
        {
            var actor = await check.ActorAsync(context.User, CancellationToken.None);
            // A client has pages of their own, which say the same in their words.
            if (actor.IsStaff && actor.May(requirement.Permission))
            {
                context.Succeed(requirement);
            }
        }
        catch (Exception failure) when (DatabaseAway.Is(failure))
        {
            // The page says that it is out of date; its use cases decide when there is a database again.
            context.Succeed(requirement);
        }
    }
}
