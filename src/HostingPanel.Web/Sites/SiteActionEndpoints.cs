using System.Security.Claims;
using HostingPanel.Sites;
using HostingPanel.Sites.Login;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Sites;

/// <summary>REST: a site's lifecycle. Each queues an operation and answers 202 with it.</summary>
internal static class SiteActionEndpoints
{
    public static void MapSiteActions(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}").WithTags("Sites");
        group
            .MapDelete("/", Request(SiteAction.Trash))
            .Describe<Client.Accepted>(
                "trashSite",
                "Move a site to the trash",
                StatusCodes.Status202Accepted,
                description: "Nothing of it runs any more; its volumes are kept until it is purged."
            );
        Map(SiteAction.Start, "start", "Switch a site on", "One whose provisioning failed is provisioned again.");
        Map(SiteAction.Stop, "stop", "Switch a site off", "Its visitors see a page that says so.");
        Map(SiteAction.Restart, "restart", "Replace a site's containers", "Its volumes stay.");
        Map(
            SiteAction.Untrash,
            "untrash",
            "Take a site out of the trash",
            "It comes back as it was, or not at all: not after its purge has begun and failed (`purge-begun`)."
        );
        group
            .MapPost("/login-link", LogInAsync)
            .Describe<Client.AcceptedLoginLink>(
                "makeLoginLink",
                "Open a way into a site's own administration",
                StatusCodes.Status202Accepted,
                description: "`link` logs in whoever opens it first, once and within ten minutes of the operation's success; until then it opens "
                    + "nothing. It is in this answer and never again, and no user of the site is changed for it. A repetition with the same "
                    + "idempotency key answers with the same operation and `link` null. Not every kind of site has it (`no-login-link`)."
            );
        Map(SiteAction.Purge, "purge", "Delete a site in the trash for good", "With its volumes: nothing of it is left.");

        void Map(SiteAction action, string name, string summary, string description) =>
            group
                .MapPost($"/{name}", Request(action))
                .Describe<Client.Accepted>($"{name}Site", summary, StatusCodes.Status202Accepted, description: description);
    }

    private static async Task<IResult> LogInAsync(
        ClaimsPrincipal user,
        LoginLinkService logins,
        string slug,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await logins.MakeAsync(user.ToActor(), slug, idempotencyKey, cancellationToken)).ToResult(made =>
            Results.Accepted(
                $"{PanelApi.Base}/operations/{made.Operation.Id}",
                new Client.AcceptedLoginLink(made.Operation.ToContract(), made.Link)
            )
        );

    private static Delegate Request(SiteAction action) =>
        async (
            ClaimsPrincipal user,
            SiteManager sites,
            string slug,
            [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
            CancellationToken cancellationToken
        ) =>
            (await sites.RequestAsync(user.ToActor(), slug, action, idempotencyKey, cancellationToken)).ToResult(operation =>
                OperationContract.Accepted(operation)
            );
}
