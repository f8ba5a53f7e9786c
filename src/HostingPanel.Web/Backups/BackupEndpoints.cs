using System.Security.Claims;
using HostingPanel.Backups;
using HostingPanel.Backups.InPlace;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using HostingPanel.Web.Sites;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: restore points of sites.</summary>
internal static class BackupEndpoints
{
    private const string NewSite = "new-site";
    private const string InPlace = "in-place";

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
                    + "and does not stop the others. With `gently` nobody waits for it: it is as slow as the schedule's, so that the site's visitors do "
                    + "not notice."
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
                    + "started. The old site is not touched. When it fails nothing of the new one stays. Or `in-place`: a safety restore point of the "
                    + "site first (unless `withoutSafetyPoint`), then everything beside it while it goes on serving, then a short maintenance page "
                    + "while the data are exchanged. What the site had before goes to the trash; when anything fails it keeps it. What is written to "
                    + "the site between the safety restore point and the maintenance page is in the trash alone, and in no restore point."
            );
        group
            .MapGet("/{id:guid}/restore-plan", PlanAsync)
            .Describe<Client.RestorePlan>(
                "planRestore",
                "What restoring in place would do",
                description: "`mode` is `in-place`. Everything that would be replaced, stay and be lost, how long it took last time, and why it would be "
                    + "refused as things are."
            );
        group
            .MapPost("/{id:guid}/undo-restore", UndoAsync)
            .Describe<Client.Accepted>(
                "undoRestore",
                "Undo a restore in place",
                StatusCodes.Status202Accepted,
                description: "Gives the site back exactly what it had before, as long as that is in the trash. What the restore had given it goes there."
            );
        api.MapGroup("/sites/{slug}/restores")
            .WithTags("Backups")
            .MapGet("/", ListRestoresAsync)
            .Describe<Client.Page<Client.InPlaceRestore>>("listRestores", "A site's restores in place, the newest first");
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
        Client.TakeBackupRequest? request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await backups.TakeAsync(user.ToActor(), slug, request?.Gently == true, idempotencyKey, cancellationToken)).ToResult(operation =>
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
        InPlaceService inPlace,
        string slug,
        Guid id,
        Client.RestoreRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        request.Mode switch
        {
            NewSite when request.WithoutSafetyPoint is null => (
                await restores.RestoreAsNewAsync(
                    user.ToActor(),
                    slug,
                    id,
                    new RestoreAsNewSite(request.Slug, request.Target),
                    idempotencyKey,
                    cancellationToken
                )
            ).ToResult(accepted => OperationContract.Accepted(accepted.Operation, accepted.Site.ToContract())),
            NewSite => ApiFailures.ToResult(
                Problem.Invalid("withoutSafetyPoint", $"A new site needs no safety restore point; that is for {InPlace}.")
            ),
            InPlace when request.Slug is null => (
                await inPlace.RestoreAsync(
                    user.ToActor(),
                    slug,
                    id,
                    new RestoreSiteInPlace(request.Target, request.WithoutSafetyPoint ?? false),
                    idempotencyKey,
                    cancellationToken
                )
            ).ToResult(operation => OperationContract.Accepted(operation)),
            InPlace => ApiFailures.ToResult(Problem.Invalid("slug", $"In place there is no new site to name; that is for {NewSite}.")),
            _ => ApiFailures.ToResult(
                Problem.Invalid("mode", $"mode must be {NewSite}, a new site beside the old one, or {InPlace}, the site itself.")
            ),
        };

    private static async Task<IResult> PlanAsync(
        ClaimsPrincipal user,
        InPlaceService inPlace,
        string slug,
        Guid id,
        string? mode,
        string? target,
        bool? withoutSafetyPoint,
        CancellationToken cancellationToken
    ) =>
        mode == InPlace
            ? (
                await inPlace.PlanAsync(
                    user.ToActor(),
                    slug,
                    id,
                    new RestoreSiteInPlace(target, withoutSafetyPoint ?? false),
                    cancellationToken
                )
            ).ToResult(InPlaceContract.ToContract)
            : ApiFailures.ToResult(Problem.Invalid("mode", $"mode must be {InPlace}."));

    private static async Task<IResult> UndoAsync(
        ClaimsPrincipal user,
        InPlaceService inPlace,
        string slug,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await inPlace.UndoAsync(user.ToActor(), slug, id, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> ListRestoresAsync(
        ClaimsPrincipal user,
        InPlaceService inPlace,
        string slug,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await inPlace.ListAsync(user.ToActor(), slug, Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(InPlaceContract.ToContract)
        );
}
