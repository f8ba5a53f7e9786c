using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Organisations;

/// <summary>REST: who belongs to an organisation, and who may work on one of its sites for a time.</summary>
internal static class MemberEndpoints
{
    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/organisations/{slug}").WithTags("Members");
        group.MapGet("/members", ListAsync).Describe<Client.Page<Client.Member>>("listMembers", "The people of an organisation");
        group
            .MapPatch("/members/{accountId:guid}", ChangeAsync)
            .Describe("updateMember", "Give a member another role", StatusCodes.Status204NoContent);
        group
            .MapDelete("/members/{accountId:guid}", RemoveAsync)
            .Describe("removeMember", "Remove a member; the last owner stays", StatusCodes.Status204NoContent);
        group
            .MapGet("/site-access", ListSiteAccessAsync)
            .Describe<Client.Page<Client.SiteAccess>>("listSiteAccess", "Who may work on single sites of an organisation for a time");
        var site = api.MapGroup("/sites/{slug}/access").WithTags("Members");
        site.MapPut("/{accountId:guid}", GiveAsync)
            .Describe(
                "giveSiteAccess",
                "Let somebody who is known in the organisation work on a site for a time",
                StatusCodes.Status204NoContent
            );
        site.MapDelete("/{accountId:guid}", TakeAsync)
            .Describe("takeSiteAccess", "End somebody's access to a site at once", StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        MembershipService members,
        string slug,
        CancellationToken cancellationToken
    ) => (await members.ListAsync(user.ToActor(), slug, cancellationToken)).ToResult(list => list.ToPage(ToContract));

    private static async Task<IResult> ChangeAsync(
        ClaimsPrincipal user,
        MembershipService members,
        string slug,
        Guid accountId,
        Client.UpdateMemberRequest request,
        CancellationToken cancellationToken
    ) =>
        (
            await members.ChangeRoleAsync(
                user.ToActor(),
                slug,
                accountId,
                request.Role switch
                {
                    Client.MemberRole.Owner => OrganisationRole.Owner,
                    Client.MemberRole.Manager => OrganisationRole.Manager,
                    Client.MemberRole.Viewer => OrganisationRole.Viewer,
                    _ => null,
                },
                cancellationToken
            )
        ).ToResult(_ => Results.NoContent());

    private static async Task<IResult> RemoveAsync(
        ClaimsPrincipal user,
        MembershipService members,
        string slug,
        Guid accountId,
        CancellationToken cancellationToken
    ) => (await members.RemoveAsync(user.ToActor(), slug, accountId, cancellationToken)).ToResult(_ => Results.NoContent());

    private static async Task<IResult> ListSiteAccessAsync(
        ClaimsPrincipal user,
        SiteAccessService access,
        string slug,
        CancellationToken cancellationToken
    ) => (await access.ListAsync(user.ToActor(), slug, cancellationToken)).ToResult(list => list.ToPage(ToContract));

    private static async Task<IResult> GiveAsync(
        ClaimsPrincipal user,
        SiteAccessService access,
        string slug,
        Guid accountId,
        Client.GiveSiteAccessRequest request,
        CancellationToken cancellationToken
    ) => (await access.GiveAsync(user.ToActor(), slug, accountId, request.Until, cancellationToken)).ToResult(_ => Results.NoContent());

    private static async Task<IResult> TakeAsync(
        ClaimsPrincipal user,
        SiteAccessService access,
        string slug,
        Guid accountId,
        CancellationToken cancellationToken
    ) => (await access.TakeAsync(user.ToActor(), slug, accountId, cancellationToken)).ToResult(_ => Results.NoContent());

    private static Client.Member ToContract(MemberView view) =>
        new(
            view.AccountId,
            view.Email,
            view.Name,
            view.Role switch
            {
                OrganisationRole.Owner => Client.MemberRole.Owner,
                OrganisationRole.Manager => Client.MemberRole.Manager,
                OrganisationRole.Viewer => Client.MemberRole.Viewer,
                _ => throw new InvalidOperationException($"The contract has no word for the role {view.Role}."),
            },
            view.Since,
            view.IsSuspended
        );

    private static Client.SiteAccess ToContract(SiteAccessView view) =>
        new(view.AccountId, view.Email, view.Name, view.Site, view.Until, view.GivenAt, view.GivenBy);
}
