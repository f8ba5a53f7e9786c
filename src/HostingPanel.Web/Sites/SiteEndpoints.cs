using System.Security.Claims;
using HostingPanel.Sites;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Sites;

/// <summary>REST: sites.</summary>
internal static class SiteEndpoints
{
    public static void MapSites(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites").WithTags("Sites");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.Site>>(
                "listSites",
                "Sites by slug",
                description: "`organisation` gives only those of one organisation, `search` those with a text in slug, title or a host name, "
                    + "`trashed` those in the trash (`true`) or the others (`false`)."
            );
        group
            .MapPost("/", CreateAsync)
            .Describe<Client.Accepted>(
                "createSite",
                "Make a site",
                StatusCodes.Status202Accepted,
                description: "Everything is checked and reserved before the answer; the operation then builds it."
            );
        group.MapGet("/{slug}", GetAsync).Describe<Client.Site>("getSite", "One site");
        group
            .MapPatch("/{slug}", UpdateAsync)
            .Describe<Client.Site>("updateSite", "Change its title or administrator's address, or whether its scheduled tasks run");
        group
            .MapGet("/{slug}/services", ListServicesAsync)
            .Describe<Client.Page<Client.SiteService>>("listSiteServices", "Its services, the front one first");
        var handsOff = group.MapGroup("/{slug}/hands-off");
        handsOff
            .MapPut("/", BeginHandsOffAsync)
            .Describe<Client.Site>(
                "beginHandsOff",
                "Leave a site alone",
                description: "Until then the panel mends nothing of it by itself; what a person asks for is done. Said again, it takes the "
                    + "place of what was said before. It ends by itself, after a week at the latest."
            );
        handsOff.MapDelete("/", EndHandsOffAsync).Describe<Client.Site>("endHandsOff", "Let the panel mend a site again");
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        SiteManager sites,
        string? organisation,
        string? search,
        bool? trashed,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (
            await sites.ListAsync(
                user.ToActor(),
                new SiteFilter(organisation, search, trashed),
                Paging.From(limit, cursor),
                cancellationToken
            )
        ).ToResult(page => page.ToContract(SiteContract.ToListEntry));

    private static async Task<IResult> CreateAsync(
        ClaimsPrincipal user,
        SiteManager sites,
        Client.CreateSiteRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await sites.CreateAsync(
                user.ToActor(),
                new CreateSite(
                    request.Slug,
                    request.Organisation,
                    request.Blueprint,
                    request.Title,
                    request.AdminEmail,
                    request.Domains,
                    request.CodeUpload
                ),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(accepted => OperationContract.Accepted(accepted.Operation, accepted.Site.ToContract()));

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        SiteManager sites,
        string slug,
        CancellationToken cancellationToken
    ) => (await sites.GetAsync(user.ToActor(), slug, cancellationToken)).ToResult(SiteContract.ToContract);

    private static async Task<IResult> UpdateAsync(
        ClaimsPrincipal user,
        SiteManager sites,
        string slug,
        Client.UpdateSiteRequest request,
        CancellationToken cancellationToken
    ) =>
        (
            await sites.UpdateAsync(
                user.ToActor(),
                slug,
                new UpdateSite(request.Title, request.AdminEmail, request.RunsCron),
                cancellationToken
            )
        ).ToResult(SiteContract.ToContract);

    private static async Task<IResult> BeginHandsOffAsync(
        ClaimsPrincipal user,
        HandsOffService handsOff,
        string slug,
        Client.HandsOffRequest request,
        CancellationToken cancellationToken
    ) =>
        (await handsOff.BeginAsync(user.ToActor(), slug, request.Reason, request.Until, cancellationToken)).ToResult(
            SiteContract.ToContract
        );

    private static async Task<IResult> EndHandsOffAsync(
        ClaimsPrincipal user,
        HandsOffService handsOff,
        string slug,
        CancellationToken cancellationToken
    ) => (await handsOff.EndAsync(user.ToActor(), slug, cancellationToken)).ToResult(SiteContract.ToContract);

    private static async Task<IResult> ListServicesAsync(
        ClaimsPrincipal user,
        SiteManager sites,
        string slug,
        CancellationToken cancellationToken
    ) =>
        (await sites.ListServicesAsync(user.ToActor(), slug, cancellationToken)).ToResult(services =>
            services.ToPage(SiteContract.ToContract)
        );
}
