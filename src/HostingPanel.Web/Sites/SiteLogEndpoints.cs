using System.Net;
using System.Security.Claims;
using HostingPanel.Client;
using HostingPanel.Sites;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Sites;

/// <summary>REST: what a site's containers wrote.</summary>
internal static class SiteLogEndpoints
{
    /// <summary>The last lines are there at once or not at all.</summary>
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(15);

    public static IServiceCollection AddSiteLogs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WorkerOptions>().Bind(configuration.GetSection(WorkerOptions.Section));
        services.AddSingleton(provider => new SiteLogs(
            new HttpClient(
                new SocketsHttpHandler
                {
                    UseProxy = false,
                    AllowAutoRedirect = false,
                    AutomaticDecompression = DecompressionMethods.None,
                    ConnectTimeout = TimeSpan.FromSeconds(3),
                    // A replaced worker has another address.
                    PooledConnectionLifetime = TimeSpan.FromMinutes(1),
                }
            )
            {
                Timeout = Timeout.InfiniteTimeSpan,
            },
            provider.GetRequiredService<SiteManager>(),
            provider.GetRequiredService<IOptions<WorkerOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        return services;
    }

    public static void MapSiteLogs(this IEndpointRouteBuilder api) =>
        api.MapGet("/sites/{slug}/logs", ListAsync)
            .WithTags("Sites")
            .Describe<Client.Page<LogLine>>(
                "listSiteLogs",
                "The last lines that a service wrote",
                description: "`service` names the service (the front one when absent; `visitors` for the requests of its visitors), `tail` how many lines (100 when absent, at most 1000). "
                    + "With `follow=true` the answer is `text/event-stream`: events of type `line`, one per line, that go on until the caller leaves."
            )
            .OrStreams();

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        SiteLogs logs,
        EventStreams streams,
        TimeProvider time,
        string slug,
        string? service,
        bool? follow,
        int? tail,
        CancellationToken cancellationToken
    )
    {
        var wanted = new LogRequest(service, tail ?? SiteLogs.DefaultTail, follow ?? false);
        if (!(await logs.OpenAsync(user.ToActor(), slug, wanted, cancellationToken)).TryGet(out var lines, out var problem))
        {
            return ApiFailures.ToResult(problem);
        }

        if (wanted.Follow)
        {
            return streams.Stream("line", lines);
        }

        using var patience = new CancellationTokenSource(ReadWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return Results.Ok((await lines.ToListAsync(either.Token)).ToPage(line => line));
        }
        catch (Exception failure) when (failure is IOException || patience.IsCancellationRequested)
        {
            return ApiFailures.ToResult(SiteLogs.Unreachable("It broke off."));
        }
    }
}
