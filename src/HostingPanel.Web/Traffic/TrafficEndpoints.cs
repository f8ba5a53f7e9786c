using System.Security.Claims;
using HostingPanel.Traffic;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Traffic;

/// <summary>REST: what a site's visitors are led to and kept from.</summary>
internal static class TrafficEndpoints
{
    public static void MapTraffic(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}/traffic").WithTags("Sites");
        group
            .MapGet("/", GetAsync)
            .Describe<Client.Traffic>(
                "getTraffic",
                "How a site's visitors are treated",
                description: "What holds, what the blueprint says, which members somebody has set differently, and what was refused in the "
                    + "last hour. `appliedAt` is null until the gateway does so, seconds after a change; `fault` says why it does not."
            );
        group
            .MapPut("/", SetAsync)
            .Describe<Client.Traffic>(
                "setTraffic",
                "Set how a site's visitors are treated",
                description: "The request is the whole of it: what is left out is as the blueprint says. A password is given once and never "
                    + "shown; a `login` without one keeps the one that there is. Redirects, HTTPS, the password, the maintenance page and "
                    + "the crawlers are for `routing.manage`; a change of the others needs `shield.manage`, too. Networks that who asks is in "
                    + "none of are refused (`locks-you-out`) unless `evenForMe` says that this is meant."
            );
    }

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        TrafficService traffic,
        string slug,
        CancellationToken cancellationToken
    ) => (await traffic.GetAsync(user.ToActor(), slug, cancellationToken)).ToResult(TrafficContract.ToContract);

    private static async Task<IResult> SetAsync(
        ClaimsPrincipal user,
        TrafficService traffic,
        string slug,
        Client.TrafficSettings request,
        CancellationToken cancellationToken
    ) =>
        (await traffic.SetAsync(user.ToActor(), slug, TrafficContract.FromContract(request), cancellationToken)).ToResult(
            TrafficContract.ToContract
        );
}
