using System.Security.Claims;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Accounts.People;

/// <summary>REST: what administrators do with accounts.</summary>
internal static class PeopleEndpoints
{
    /// <summary>Refused by the use case, which says which roles there are.</summary>
    private const StaffRole NoRole = (StaffRole)(-1);

    public static void MapPeople(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/people").WithTags("People");
        group.MapGet("/", ListAsync).Describe<Client.Page<Client.Person>>("listPeople", "Everybody who has an account, the staff first");
        var person = group.MapGroup("/{id:guid}");
        person
            .MapPut("/role", SetRoleAsync)
            .Describe(
                "setStaffRole",
                "Make somebody one of the staff, or give them another role there",
                StatusCodes.Status204NoContent,
                "Their sessions end. The last administrator stays one (`last-administrator`)."
            );
        person
            .MapDelete("/role", TakeRoleAsync)
            .Describe("takeStaffRole", "Take somebody out of the staff; their account stays", StatusCodes.Status204NoContent);
        person
            .MapPut("/suspension", SuspendAsync)
            .Describe(
                "suspendPerson",
                "Take all power away until it is given back",
                StatusCodes.Status204NoContent,
                "Their sessions end, their tokens do nothing, and what they have invited others to is withdrawn."
            );
        person.MapDelete("/suspension", ResumeAsync).Describe("resumePerson", "Give it back", StatusCodes.Status204NoContent);
        person
            .MapDelete("/sessions", EndSessionsAsync)
            .Describe("endSessionsOfPerson", "Sign somebody out everywhere", StatusCodes.Status204NoContent);
        person
            .MapDelete("/factors", ResetFactorsAsync)
            .Describe(
                "resetFactorsOfPerson",
                "Take the second factors of somebody away who has lost them",
                StatusCodes.Status204NoContent,
                "They are told by mail, and set one up at the next sign-in."
            );
        person
            .MapDelete("/", RemoveAsync)
            .Describe(
                "removePerson",
                "Remove an account with its factors and memberships",
                StatusCodes.Status204NoContent,
                "What they did stays in the audit. Not the last administrator, nor the last owner of an organisation."
            );
    }

    /// <summary>A role in the words of the contract; null for none.</summary>
    public static Client.PersonRole? ToContract(StaffRole? role) =>
        role switch
        {
            null => null,
            StaffRole.Administrator => Client.PersonRole.Administrator,
            StaffRole.Operator => Client.PersonRole.Operator,
            StaffRole.Auditor => Client.PersonRole.Auditor,
            _ => throw new InvalidOperationException($"The contract has no word for the role {role}."),
        };

    /// <summary>A role of the contract's; null for none.</summary>
    public static StaffRole? FromContract(Client.PersonRole? role) =>
        role switch
        {
            Client.PersonRole.Administrator => StaffRole.Administrator,
            Client.PersonRole.Operator => StaffRole.Operator,
            Client.PersonRole.Auditor => StaffRole.Auditor,
            _ => null,
        };

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, PeopleService people, CancellationToken cancellationToken) =>
        (await people.ListAsync(user.ToActor(), cancellationToken)).ToResult(list =>
            list.ToPage(view => new Client.Person(
                view.Id,
                view.Name,
                view.Email,
                ToContract(view.Role),
                view.Organisations,
                view.SuspendedAt,
                view.HasSecondFactor,
                view.LastSeenAt,
                view.Sessions
            ))
        );

    private static async Task<IResult> SetRoleAsync(
        ClaimsPrincipal user,
        PeopleService people,
        Guid id,
        Client.SetStaffRoleRequest request,
        CancellationToken cancellationToken
    ) => Answer(await people.SetRoleAsync(user.ToActor(), id, FromContract(request.Role) ?? NoRole, cancellationToken));

    private static async Task<IResult> TakeRoleAsync(
        ClaimsPrincipal user,
        PeopleService people,
        Guid id,
        CancellationToken cancellationToken
    ) => Answer(await people.SetRoleAsync(user.ToActor(), id, role: null, cancellationToken));

    private static async Task<IResult> SuspendAsync(
        ClaimsPrincipal user,
        PeopleService people,
        Guid id,
        CancellationToken cancellationToken
    ) => Answer(await people.SuspendAsync(user.ToActor(), id, cancellationToken));

    private static async Task<IResult> ResumeAsync(
        ClaimsPrincipal user,
        PeopleService people,
        Guid id,
        CancellationToken cancellationToken
    ) => Answer(await people.ResumeAsync(user.ToActor(), id, cancellationToken));

    private static async Task<IResult> EndSessionsAsync(
        ClaimsPrincipal user,
        PeopleService people,
        Guid id,
        CancellationToken cancellationToken
    ) => Answer(await people.EndSessionsAsync(user.ToActor(), id, cancellationToken));

    private static async Task<IResult> ResetFactorsAsync(
        ClaimsPrincipal user,
        PeopleService people,
        Guid id,
        CancellationToken cancellationToken
    ) => Answer(await people.ResetFactorsAsync(user.ToActor(), id, cancellationToken));

    private static async Task<IResult> RemoveAsync(
        ClaimsPrincipal user,
        PeopleService people,
        Guid id,
        CancellationToken cancellationToken
    ) => Answer(await people.RemoveAsync(user.ToActor(), id, cancellationToken));

    private static IResult Answer(Outcome<Done> outcome) => outcome.ToResult(_ => Results.NoContent());
}
