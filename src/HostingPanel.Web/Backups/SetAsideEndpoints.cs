using System.Security.Claims;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: repositories that were set aside because they are damaged.</summary>
internal static class SetAsideEndpoints
{
    public static void MapSetAside(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/backup-targets/set-aside").WithTags("Backups");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.SetAsideRepository>>(
                "listSetAside",
                "Repositories that were set aside because they are damaged",
                description: "Another one has taken the place of each. They go only when somebody says so."
            );
        group
            .MapDelete("/{id:guid}", RemoveAsync)
            .Describe<Client.Accepted>(
                "removeSetAside",
                "Remove one with all that lies in it, for good",
                StatusCodes.Status202Accepted,
                "`confirm` is the name of its site. Not while the only good restore points of a site lie in it (`last-good-restore-point`). Of one "
                    + "that is not at a local target the configuration and the keys stay there: a few kilobytes."
            );
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, SetAsideService aside, CancellationToken cancellationToken) =>
        (await aside.ListAsync(user.ToActor(), cancellationToken)).ToResult(list =>
            list.ToPage(view => new Client.SetAsideRepository(
                view.Id,
                view.Site,
                !view.IsSiteThere,
                view.Target,
                view.SetAsideAt,
                view.Fault,
                view.Bytes,
                view.Copies,
                view.Whole,
                view.RemovedBy
            ))
        );

    private static async Task<IResult> RemoveAsync(
        ClaimsPrincipal user,
        SetAsideService aside,
        Guid id,
        string? confirm,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await aside.RemoveAsync(user.ToActor(), id, confirm, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );
}
