using HostingPanel.Web.Api;

namespace HostingPanel.Web.Health;

/// <summary>Whether the process lives and whether it is ready. The only endpoints of the API that take no token.</summary>
internal static class HealthEndpoints
{
    public static RouteGroupBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(string.Empty).WithTags("Health").AllowAnonymous();
        group.MapGet("/healthz", Live).Describe<Client.Health>("getHealth", "Whether the web process lives");
        group
            .MapGet("/readyz", ReadyAsync)
            .Describe<Client.Health>(
                "getReadiness",
                "Whether the panel can do its work",
                description: "200 when it can; 503 with the same body when it is degraded: `checks` says whether the database answers, whether "
                    + "its schema is set up, and whether a worker has looked for work in the last half minute."
            )
            .Produces<Client.Health>(StatusCodes.Status503ServiceUnavailable);
        return group;
    }

    private static IResult Live() => Results.Ok(new Client.Health("ok", []));

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancellationToken)
    {
        var health = await readiness.CheckAsync(cancellationToken);
        return Results.Json(health, statusCode: health.Status == "ok" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
