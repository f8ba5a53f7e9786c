using System.Security.Claims;
using HostingPanel.Backups;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using HostingPanel.Web.Sites;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: restore points of sites.</summary>
internal static class BackupEndpoints
{
    /// <summary>The one mode there is so far.</summary>
    private const string NewSite = "new-site";

    public static void MapBackups(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}/backups").WithTags("Backups");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.RestorePoint>>(
                "listBackups",
                "A site's restore points, the newest first",
                description: "Those of a site that was purged are listed by the slug that it had."
            );
        group
            .MapPost("/", TakeAsync)
            .Describe<Client.Accepted>(
                "takeBackup",
                "Take a restore point now",
                StatusCodes.Status202Accepted,
                description: "It has the operation's id. It is good once a copy of it was read back from its target; a target that fails is named "
                    + "and does not stop the others."
            );
        group.MapGet("/{id:guid}", GetAsync).Describe<Client.RestorePoint>("getBackup", "One restore point");
        group
            .MapGet("/{id:guid}/manifest", GetManifestAsync)
            .Describe<Client.RestorePointManifest>(
                "getBackupManifest",
                "What a restore point says of itself",
                description: "Counts, checksums, versions and what was left out, byte for byte as it lies beside the data. The site's own secrets "
                    + "in it are encrypted with the panel's key."
            );
        group
            .MapPost("/{id:guid}/restore", RestoreAsync)
            .Describe<Client.Accepted>(
                "restoreBackup",
                "Restore a restore point",
                StatusCodes.Status202Accepted,
                description: "`mode` is `new-site`: a new site of the same organisation with its own slug, compared with the manifest before it is "
                    + "started. The old site is not touched. When it fails nothing of the new one stays."
            );
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        BackupService backups,
        string slug,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await backups.ListAsync(user.ToActor(), slug, Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(BackupContract.ToContract)
        );

    private static async Task<IResult> TakeAsync(
        ClaimsPrincipal user,
        BackupService backups,
        string slug,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await backups.TakeAsync(user.ToActor(), slug, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        BackupService backups,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    ) => (await backups.GetAsync(user.ToActor(), slug, id, cancellationToken)).ToResult(BackupContract.ToContract);

    private static async Task<IResult> GetManifestAsync(
        ClaimsPrincipal user,
        BackupService backups,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    ) => (await backups.GetManifestAsync(user.ToActor(), slug, id, cancellationToken)).ToResult(BackupContract.ToContract);

    private static async Task<IResult> RestoreAsync(
        ClaimsPrincipal user,
        RestoreService restores,
        string slug,
        Guid id,
        Client.RestoreRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        request.Mode == NewSite
            ? (
                await restores.RestoreAsNewAsync(
                    user.ToActor(),
                    slug,
                    id,
                    new RestoreAsNewSite(request.Slug, request.Target),
                    idempotencyKey,
                    cancellationToken
                )
            ).ToResult(accepted => OperationContract.Accepted(accepted.Operation, accepted.Site.ToContract()))
            : ApiFailures.ToResult(Problem.Invalid("mode", $"mode must be {NewSite}: a new site beside the old one."));
}
