using System.Security.Claims;
using HostingPanel.Sites;
using HostingPanel.Sites.Disposability;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Sites.Disposability;

/// <summary>REST: disposability drills.</summary>
internal static class DisposabilityEndpoints
{
    public static void MapDisposability(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}").WithTags("Sites");
        group
            .MapPost("/disposability-drill", DrillAsync)
            .Describe<Client.Accepted>(
                "drillSite",
                "Remove every container of a running site and see what comes back",
                StatusCodes.Status202Accepted,
                description: "Visitors wait for some seconds. What the containers keep outside of volumes is recorded first; front page, rows "
                    + "and files are told before and after and compared. The operation succeeds when there is a result, whatever it says: see "
                    + "the site's drills."
            );
        group
            .MapGet("/disposability-drills", ListAsync)
            .Describe<Client.Page<Client.DisposabilityDrill>>(
                "listSiteDrills",
                "Its disposability drills, the newest first",
                description: "The last 20 are kept."
            );
    }

    private static async Task<IResult> DrillAsync(
        ClaimsPrincipal user,
        SiteManager sites,
        string slug,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await sites.RequestAsync(user.ToActor(), slug, SiteAction.Drill, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        DisposabilityService drills,
        string slug,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await drills.ListAsync(user.ToActor(), slug, Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(DisposabilityContract.ToContract)
        );
}
