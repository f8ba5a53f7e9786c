using HostingPanel.Access;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Authorization;

namespace HostingPanel.Web.ClientArea;

/// <summary>
/// Decides by the address of a page, with the powers of now: on a request, so that a foreign address answers 404, and in an open page alike.
/// What is shown and done there the use cases decide all the same.
/// </summary>
internal sealed class PlacePermissionHandler(AccountCheck check, SiteManager sites) : AuthorizationHandler<PlacePermission>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PlacePermission requirement)
    {
        try
        {
            var actor = await check.ActorAsync(context.User, CancellationToken.None);
            actor = context.User.FindOrigin()?.Same(actor) ?? actor;
            if (ValueOf(context.Resource, "organisation") is not { } organisation)
            {
                // The way in: whoever is not of the staff is told there where they belong, if only that it is nowhere.
                if (actor.Kind == ActorKind.Person && (!actor.IsStaff || ClientPlace.Of(actor).Count > 0))
                {
                    context.Succeed(requirement);
                }
            }
            else if (await MayAsync(actor, requirement.Permission, organisation, ValueOf(context.Resource, "slug")))
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

    private async Task<bool> MayAsync(Actor actor, Permission permission, string organisation, string? slug)
    {
        if (ClientPlace.Of(actor).All(place => place.Organisation != organisation))
        {
            return false;
        }

        if (slug is null)
        {
            return ClientPlace.May(actor, permission, organisation);
        }

        // A site of another organisation is not below this one's address, whoever looks.
        return (await sites.GetAsync(actor, slug, CancellationToken.None)).TryGet(out var site, out _)
            && site.Organisation == organisation
            && actor.May(permission, organisation, slug);
    }

    private static string? ValueOf(object? resource, string name) =>
        resource switch
        {
            HttpContext http => http.Request.RouteValues.GetValueOrDefault(name) as string,
            Microsoft.AspNetCore.Components.RouteData route => route.RouteValues.GetValueOrDefault(name) as string,
            _ => null,
        };
}
