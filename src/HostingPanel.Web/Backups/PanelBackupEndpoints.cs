using System.Security.Claims;
using HostingPanel.Backups.Panel;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: backups of the panel itself.</summary>
internal static class PanelBackupEndpoints
{
    public static void MapPanelBackups(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/panel-backups").WithTags("Backups");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.PanelBackup>>("listPanelBackups", "Backups of the panel itself, the newest first");
        group
            .MapPost("/", TakeAsync)
            .Describe<Client.Accepted>(
                "takePanelBackup",
                "Back the panel up now",
                StatusCodes.Status202Accepted,
                description: "Its database, with the encrypted keys of all repositories in it; with a copy at every target, or at the one that is named. "
                    + "It is good once a copy was read back. The schedule does the same each day."
            );
        group
            .MapGet("/state", GetStateAsync)
            .Describe<Client.PanelBackupState>(
                "getPanelBackupState",
                "When the panel was last backed up, and whether its recovery kit is current",
                description: "`./panel recovery-kit` writes the kit: it holds keys, so it is not given out here."
            );
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        PanelBackupService panel,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await panel.ListAsync(user.ToActor(), Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(BackupContract.ToContract)
        );

    private static async Task<IResult> TakeAsync(
        ClaimsPrincipal user,
        PanelBackupService panel,
        Client.PanelBackupRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await panel.TakeAsync(user.ToActor(), request.Target, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> GetStateAsync(ClaimsPrincipal user, PanelBackupService panel, CancellationToken cancellationToken) =>
        (await panel.GetStateAsync(user.ToActor(), cancellationToken)).ToResult(BackupContract.ToContract);
}
