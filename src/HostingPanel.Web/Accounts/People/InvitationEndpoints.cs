using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Accounts.People;

/// <summary>REST: invitations to the staff, to an organisation, and to a site for some days.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/invitations").WithTags("People");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.Invitation>>(
                "listInvitations",
                "Invitations that nobody has answered yet",
                description: "To `organisation` and its sites; to the staff where it is absent."
            );
        group
            .MapPost("/", InviteAsync)
            .Describe<Client.Invitation>(
                "invite",
                "Invite somebody; the link goes out by mail",
                StatusCodes.Status201Created,
                "To the staff with `staffRole`, to an `organisation` with `organisationRole`, or to a `site` with `siteAccessDays`. It lasts "
                    + "for seven days and works once. Whether the address has an account elsewhere is not told."
            );
        group
            .MapPost("/{id:guid}/resend", ResendAsync)
            .Describe<Client.Invitation>(
                "resendInvitation",
                "Send an invitation again",
                description: "With another link and all its time; the link of before ends."
            );
        group
            .MapDelete("/{id:guid}", WithdrawAsync)
            .Describe("withdrawInvitation", "Take an invitation back", StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        InvitationService invitations,
        string? organisation,
        CancellationToken cancellationToken
    ) => (await invitations.ListAsync(user.ToActor(), organisation, cancellationToken)).ToResult(list => list.ToPage(ToContract));

    private static async Task<IResult> InviteAsync(
        ClaimsPrincipal user,
        InvitationService invitations,
        Client.InviteRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await invitations.InviteAsync(
                user.ToActor(),
                new Invite(
                    request.Email,
                    PeopleEndpoints.FromContract(request.StaffRole),
                    request.Organisation,
                    request.OrganisationRole switch
                    {
                        Client.MemberRole.Owner => OrganisationRole.Owner,
                        Client.MemberRole.Manager => OrganisationRole.Manager,
                        Client.MemberRole.Viewer => OrganisationRole.Viewer,
                        _ => null,
                    },
                    request.Site,
                    request.SiteAccessDays
                ),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(view => Results.Created((string?)null, ToContract(view)));

    private static async Task<IResult> ResendAsync(
        ClaimsPrincipal user,
        InvitationService invitations,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await invitations.ResendAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(ToContract);

    private static async Task<IResult> WithdrawAsync(
        ClaimsPrincipal user,
        InvitationService invitations,
        Guid id,
        CancellationToken cancellationToken
    ) => (await invitations.WithdrawAsync(user.ToActor(), id, cancellationToken)).ToResult(_ => Results.NoContent());

    private static Client.Invitation ToContract(InvitationView view) =>
        new(view.Id, view.Email, view.ToWhat, view.InvitedBy, view.CreatedAt, view.ExpiresAt);
}
