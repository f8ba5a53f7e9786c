using System.Security.Claims;
using HostingPanel.Sites.Cron;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Sites.Cron;

/// <summary>REST: a site's scheduled tasks.</summary>
internal static class CronEndpoints
{
    public static void MapCron(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}/cron").WithTags("Sites");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.CronEntry>>(
                "listSiteCron",
                "Its scheduled tasks, with their last and next runs",
                description: "They come from the site's blueprint. Nothing runs by schedule while the site is stopped, somebody keeps hands off it, "
                    + "or it is a copy; `paused` says so. What was missed is made up for once. One that fails three times in a row or more waits "
                    + "10 minutes at least, doubled with each further failure up to an hour (`backingOff`)."
            );
        group
            .MapPost("/{name}/run", RunAsync)
            .Describe<Client.Accepted>(
                "runSiteCron",
                "Run a scheduled task now",
                StatusCodes.Status202Accepted,
                description: "As soon as nothing else is being done to the site; it never runs twice at once (`cron-runs`). It makes way, after 20 "
                    + "seconds, for whatever else a person wants of the site. Its runs are not among the operations unless they are asked for "
                    + "with `kind=run-cron`."
            );
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        CronService cron,
        string slug,
        CancellationToken cancellationToken
    ) => (await cron.ListAsync(user.ToActor(), slug, cancellationToken)).ToResult(entries => entries.ToPage(CronContract.ToContract));

    private static async Task<IResult> RunAsync(
        ClaimsPrincipal user,
        CronService cron,
        string slug,
        string name,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await cron.RunAsync(user.ToActor(), slug, name, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );
}
