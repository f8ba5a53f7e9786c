using System.Security.Claims;
using HostingPanel.Backups.Drills;
using HostingPanel.Web.Api;
using HostingPanel.Web.Backups.Drills;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: drills of restore points.</summary>
internal static class DrillEndpoints
{
    public static void MapRestoreDrills(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}").WithTags("Backups");
        group
            .MapPost("/backups/{id:guid}/drill", DrillAsync)
            .Describe<Client.Accepted>(
                "drillBackup",
                "Prove a restore point",
                StatusCodes.Status202Accepted,
                description: "It is booted as a scratch site that can reach nobody, checked against its manifest, and removed again; the site itself "
                    + "is not touched. The drill has the operation's id, which succeeds when the restore point is proved. Without a `target` the "
                    + "copy is taken that was never proved, or longest ago."
            );
        group
            .MapGet("/drills", ListAsync)
            .Describe<Client.Page<Client.RestoreDrill>>(
                "listRestoreDrills",
                "Drills of a site's restore points, the newest first",
                description: "Those of a site that was purged are listed by the slug that it had. `restorePoint` leaves only those of one. Old "
                    + "ones are removed, but never the last that passed, of the site or of a restore point that is there."
            );
        group
            .MapGet("/drills/{id:guid}", GetAsync)
            .Describe<Client.RestoreDrillEvidence>(
                "getRestoreDrill",
                "A drill with its evidence",
                description: "Each check with its figures, how long each step took, and the front page as it came: a stranger's text."
            );
        group
            .MapGet("/drills/{id:guid}/picture", PictureAsync)
            .Describe<Stream>(
                "getRestoreDrillPicture",
                "The picture of a drill's front page",
                description: "As a visitor's browser showed it: `image/png`, or `image/webp` where that is what was small enough. 404 "
                    + "`picture-removed` for one that was made and is too old by now, and else `picture-not-found`; then the check `picture` of the "
                    + "drill says why.",
                contentType: "image/png"
            );
        group
            .MapGet("/recovery", RecoveryAsync)
            .Describe<Client.SiteRecovery>(
                "getSiteRecovery",
                "What a site could be brought back to, and how fast",
                description: "Last taken, last proved, the age of the newest restore point, and the recovery time, last and typical."
            );
        api.MapGet("/recovery", ListRecoveryAsync)
            .WithTags("Backups")
            .Describe<Client.Page<Client.SiteRecovery>>("listRecovery", "What each site could be brought back to, and how fast");
    }

    private static async Task<IResult> DrillAsync(
        ClaimsPrincipal user,
        DrillService drills,
        string slug,
        Guid id,
        Client.DrillRequest? request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await drills.DrillAsync(user.ToActor(), slug, id, request?.Target, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        DrillService drills,
        string slug,
        Guid? restorePoint,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await drills.ListAsync(user.ToActor(), slug, restorePoint, Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(DrillContract.ToContract)
        );

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        DrillService drills,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    ) => (await drills.GetAsync(user.ToActor(), slug, id, cancellationToken)).ToResult(DrillContract.ToContract);

    private static async Task<IResult> PictureAsync(
        ClaimsPrincipal user,
        DrillService drills,
        HttpContext http,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    ) => (await drills.GetPictureAsync(user.ToActor(), slug, id, cancellationToken)).ToResult(file => DrillPictureRoute.Show(http, file));

    private static async Task<IResult> RecoveryAsync(
        ClaimsPrincipal user,
        DrillService drills,
        string slug,
        CancellationToken cancellationToken
    ) => (await drills.GetRecoveryAsync(user.ToActor(), slug, cancellationToken)).ToResult(DrillContract.ToContract);

    private static async Task<IResult> ListRecoveryAsync(ClaimsPrincipal user, DrillService drills, CancellationToken cancellationToken) =>
        (await drills.ListRecoveryAsync(user.ToActor(), cancellationToken)).ToResult(list => list.ToPage(DrillContract.ToContract));
}
