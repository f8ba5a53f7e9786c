using System.Security.Claims;
using HostingPanel.Operations;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Operations;

/// <summary>REST: long actions.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/operations").WithTags("Operations");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.Operation>>(
                "listOperations",
                "Operations, the newest first",
                description: "`site` gives only those of one site, `active=true` only those that have not ended, `kind` only those of one kind. "
                    + "The runs of scheduled tasks are so many that they are left out unless they are asked for with `kind=run-cron`."
            );
        group.MapGet("/{id:guid}", GetAsync).Describe<Client.Operation>("getOperation", "One operation");
        group
            .MapGet("/{id:guid}/events", WatchAsync)
            .Describe<Client.Operation>(
                "watchOperation",
                "The operation now and after each change, until it has ended",
                contentType: "text/event-stream",
                description: "Server-sent events of type `operation`; the data is the whole operation. The stream ends with the operation."
            );
        group
            .MapGet("/{id:guid}/log", LogAsync)
            .Describe<Client.OperationLog>(
                "readOperationLog",
                "What the operation's steps wrote",
                description: "At most 1,000 lines, the oldest first; `after` is the id of the last line that is known. With `follow=true` a "
                    + "stream of server-sent events of type `line`, one for each line, that ends with the operation."
            )
            .OrStreams();
        group
            .MapPost("/{id:guid}/cancel", CancelAsync)
            .Describe<Client.Operation>(
                "cancelOperation",
                "Ask an operation to stop and undo",
                description: "What deletes for good can be cancelled only while it waits; once it has begun it is refused (`not-cancellable`)."
            );
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        OperationService operations,
        string? site,
        bool? active,
        string? kind,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (
            await operations.ListAsync(
                user.ToActor(),
                new OperationFilter(site, active ?? false, kind),
                Paging.From(limit, cursor),
                cancellationToken
            )
        ).ToResult(page => page.ToContract(OperationContract.ToContract));

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        OperationService operations,
        Guid id,
        CancellationToken cancellationToken
    ) => (await operations.GetAsync(user.ToActor(), id, cancellationToken)).ToResult(OperationContract.ToContract);

    private static async Task<IResult> WatchAsync(
        ClaimsPrincipal user,
        OperationService operations,
        EventStreams streams,
        Guid id,
        CancellationToken cancellationToken
    )
    {
        var actor = user.ToActor();
        // Refused while the answer can still have a status.
        return (await operations.GetAsync(actor, id, cancellationToken)).ToResult(_ =>
            streams.Stream("operation", operations.WatchAsync(actor, id, cancellationToken).Select(OperationContract.ToContract))
        );
    }

    private static async Task<IResult> LogAsync(
        ClaimsPrincipal user,
        OperationService operations,
        EventStreams streams,
        Guid id,
        long? after,
        bool? follow,
        CancellationToken cancellationToken
    )
    {
        var actor = user.ToActor();
        var read = await operations.ReadLogAsync(actor, id, after ?? 0, cancellationToken);
        return read.ToResult(lines =>
            follow == true
                ? streams.Stream(
                    "line",
                    operations.FollowLogAsync(actor, id, after ?? 0, cancellationToken).Select(OperationContract.ToContract)
                )
                : Results.Ok(new Client.OperationLog([.. lines.Select(OperationContract.ToContract)]))
        );
    }

    private static async Task<IResult> CancelAsync(
        ClaimsPrincipal user,
        OperationService operations,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await operations.CancelAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(OperationContract.ToContract);
}
