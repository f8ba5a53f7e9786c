using System.Security.Claims;
using HostingPanel.Platform;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Engine;

/// <summary>REST: how the engine is, and what in it is nobody's.</summary>
internal static class EngineEndpoints
{
    public static void MapEngine(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/engine").WithTags("Engine");
        group
            .MapGet("/", GetAsync)
            .Describe<Client.EngineLook>(
                "getEngine",
                "How the panel's last look at the engine went",
                description: "The panel compares what it wants with what is there at each event of the engine, and once a minute anyway."
            );
        group
            .MapGet("/unowned", ListUnownedAsync)
            .Describe<Client.Page<Client.UnownedThing>>(
                "listUnowned",
                "What carries the panel's label and is nobody's, the newest first",
                description: "The panel never removes any of it by itself. What carries another installation's label is not among it."
            );
        group
            .MapDelete("/unowned/{id:guid}", RemoveUnownedAsync)
            .Describe<Client.Accepted>(
                "removeUnowned",
                "Remove something that is nobody's",
                StatusCodes.Status202Accepted,
                description: "It is looked at once more before. Refused for a volume (`volume-not-removed`): let a site adopt it."
            );
    }

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        ReconciliationService reconciliation,
        CancellationToken cancellationToken
    ) => (await reconciliation.GetEngineAsync(user.ToActor(), cancellationToken)).ToResult(ToContract);

    private static async Task<IResult> ListUnownedAsync(
        ClaimsPrincipal user,
        ReconciliationService reconciliation,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await reconciliation.ListUnownedAsync(user.ToActor(), Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(ToContract)
        );

    private static async Task<IResult> RemoveUnownedAsync(
        ClaimsPrincipal user,
        ReconciliationService reconciliation,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await reconciliation.RemoveUnownedAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static Client.EngineLook ToContract(EngineView view) =>
        new(
            view.LookedAt,
            view.Milliseconds,
            view.EngineCalls,
            view.Sites,
            view.Problem is { } problem ? new Client.Reason(problem.Code, problem.Message) : null,
            view.ProblemSince,
            view.Disk is { } disk ? new Client.EngineDisk(disk.FreeBytes, disk.DangerBytes, disk.IsInDanger) : null
        );

    private static Client.UnownedThing ToContract(UnownedView view) =>
        new(
            view.Id,
            ToContract(view.Kind),
            view.Name,
            view.EngineId,
            view.Site,
            view.Message,
            view.IsRemovable,
            view.FirstSeenAt,
            view.LastSeenAt
        );

    private static Client.EngineKind ToContract(EngineKind kind) =>
        kind switch
        {
            EngineKind.Service => Client.EngineKind.Service,
            EngineKind.Job => Client.EngineKind.Job,
            EngineKind.Network => Client.EngineKind.Network,
            EngineKind.Secret => Client.EngineKind.Secret,
            EngineKind.Volume => Client.EngineKind.Volume,
            EngineKind.Container => Client.EngineKind.Container,
            _ => throw new InvalidOperationException($"The contract has no word for a {kind}."),
        };
}
