using System.Security.Claims;
using HostingPanel.Backups.Policies;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: how restore points are, checking what is kept, and deleting single ones.</summary>
internal static class UpkeepEndpoints
{
    public static void MapBackupUpkeep(this IEndpointRouteBuilder api)
    {
        api.MapGet("/backups", OverviewAsync)
            .WithTags("Backups")
            .Describe<Client.BackupOverview>(
                "getBackupOverview",
                "How the restore points of all sites are",
                description: "The worst first. A site is late by the age of its last good restore point, whatever went wrong last; "
                    + "`isScheduling` is false when nobody has looked at the schedules lately."
            );
        var site = api.MapGroup("/sites/{slug}").WithTags("Backups");
        site.MapGet("/backup-health", HealthAsync).Describe<Client.BackupHealth>("getBackupHealth", "How the restore points of a site are");
        site.MapPost("/backups/check", CheckAsync)
            .Describe<Client.Accepted>(
                "checkBackups",
                "Check what is kept of a site",
                StatusCodes.Status202Accepted,
                description: "What is there is compared with what should be, the structure of each repository is checked, and `read` of its data: "
                    + "the next `part` of the rotation, `all`, or `none`. What is damaged is set aside, and the copies in it are no way back any more."
            );
        site.MapDelete("/backups/{id:guid}", DeleteAsync)
            .Describe<Client.Accepted>(
                "deleteBackup",
                "Delete a restore point for good",
                StatusCodes.Status202Accepted,
                description: "At every target. `confirm` is the site's slug once more. Not the last good one, nor the last one at a target. What a "
                    + "target does not confirm stays in the list as `going`, and can be asked for again."
            );
    }

    private static async Task<IResult> OverviewAsync(
        ClaimsPrincipal user,
        BackupHealthService health,
        CancellationToken cancellationToken
    ) => (await health.GetAllAsync(user.ToActor(), cancellationToken)).ToResult(PolicyContract.ToContract);

    private static async Task<IResult> HealthAsync(
        ClaimsPrincipal user,
        BackupHealthService health,
        string slug,
        CancellationToken cancellationToken
    ) => (await health.GetAsync(user.ToActor(), slug, cancellationToken)).ToResult(PolicyContract.ToContract);

    private static async Task<IResult> CheckAsync(
        ClaimsPrincipal user,
        UpkeepService upkeep,
        string slug,
        Client.CheckRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await upkeep.CheckAsync(
                user.ToActor(),
                slug,
                request.Target,
                PolicyContract.FromContract(request.Read),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(operation => OperationContract.Accepted(operation));

    private static async Task<IResult> DeleteAsync(
        ClaimsPrincipal user,
        UpkeepService upkeep,
        string slug,
        Guid id,
        string? confirm,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await upkeep.DeleteAsync(user.ToActor(), slug, id, confirm, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );
}
