using System.Security.Claims;
using HostingPanel.Visits;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Visits;

/// <summary>REST: what visitors asked of a site.</summary>
internal static class VisitEndpoints
{
    public static void MapVisits(this IEndpointRouteBuilder api) =>
        api.MapGet("/sites/{slug}/visits", GetAsync)
            .WithTags("Sites")
            .Describe<Client.Visits>(
                "getSiteVisits",
                "What visitors asked of a site",
                description: "Counted at the gateway. `span` says how far back: `hour` (by five minutes), `day` (by the hour, when absent), `week` (by six hours) or "
                    + "`quarter` (90 days, by the day). `/sites/{slug}/logs?service=visitors&follow=true` tells of each request as it comes."
            );

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        VisitService service,
        string slug,
        string? span,
        CancellationToken cancellationToken
    )
    {
        VisitSpan? wanted = span switch
        {
            null or "day" => VisitSpan.Day,
            "hour" => VisitSpan.Hour,
            "week" => VisitSpan.Week,
            "quarter" => VisitSpan.Quarter,
            _ => null,
        };
        return wanted is { } known
            ? (await service.GetAsync(user.ToActor(), slug, known, cancellationToken)).ToResult(ToContract)
            : ApiFailures.ToResult(HostingPanel.Problem.Invalid("span", "span is hour, day, week or quarter."));
    }

    private static Client.Visits ToContract(VisitView view) =>
        new(
            (int)view.Step.TotalMinutes,
            ToContract(view.Total),
            [.. view.Series.Select(ToContract)],
            [.. view.Paths.Select(ToContract)],
            [.. view.Addresses.Select(ToContract)],
            [.. view.Agents.Select(ToContract)]
        );

    private static Client.VisitTop ToContract(VisitTopView top) => new(top.Text, top.Requests);

    private static Client.VisitFigures ToContract(VisitFigures figures) =>
        new(
            figures.From,
            figures.Requests,
            figures.Good,
            figures.Redirected,
            figures.ClientErrors,
            figures.ServerErrors,
            figures.Refused,
            figures.Bytes,
            figures.MedianMilliseconds,
            figures.P95Milliseconds,
            figures.MeanQueueMilliseconds
        );
}
