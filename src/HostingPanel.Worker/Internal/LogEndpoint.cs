using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Worker.Internal;

/// <summary>What streams live from the engine, read-only, for the web alone: it shows the key that both were given.</summary>
internal static class LogEndpoint
{
    public const string KeyHeader = "X-HP-Internal-Key";
    private const int MaxTail = 5000;

    /// <summary>In place of a service's name: the requests of its visitors, as the gateway tells them.</summary>
    private const string Visitors = "visitors";

    /// <summary>A line of a container's output, as it goes over the wire.</summary>
    private sealed record Line(DateTimeOffset? At, bool Error, string Text);

    public static void MapLogs(this WebApplication app)
    {
        var key = Encoding.UTF8.GetBytes(
            File.ReadAllText(app.Services.GetRequiredService<IOptions<WorkerOptions>>().Value.InternalKeyFile).Trim()
        );
        app.MapGet(
            "/internal/sites/{siteId:guid}/services/{service}/logs",
            async (
                Guid siteId,
                string service,
                int? tail,
                bool? follow,
                HttpContext http,
                ISiteServiceNames names,
                ISwarm swarm,
                IVisitLog visits,
                CancellationToken cancellationToken
            ) =>
            {
                var shown = Encoding.UTF8.GetBytes(http.Request.Headers[KeyHeader].ToString());
                if (!CryptographicOperations.FixedTimeEquals(shown, key))
                {
                    return Results.Unauthorized();
                }

                var (last, goesOn) = (Math.Clamp(tail ?? 200, 0, MaxTail), follow ?? false);
                if (service == Visitors)
                {
                    return Results.ServerSentEvents(ReadAsync(visits, siteId, last, goesOn, cancellationToken));
                }

                return await names.FindAsync(siteId, service, cancellationToken) is { } name
                    ? Results.ServerSentEvents(ReadAsync(swarm, name, last, goesOn, cancellationToken))
                    : Results.NotFound();
            }
        );
    }

    private static async IAsyncEnumerable<SseItem<Line>> ReadAsync(
        IVisitLog visits,
        Guid siteId,
        int tail,
        bool follow,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var request in visits.WatchAsync(siteId, tail, follow, cancellationToken))
        {
            yield return new SseItem<Line>(new Line(request.At, request.Status >= 500, LineOf(request)));
        }
    }

    /// <summary>What people read, and look for words in: who, what, how it went, how long, how much, why not.</summary>
    private static string LineOf(SeenRequest request) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Status} {request.Method} {request.Path} {request.Milliseconds} ms {request.Bytes} B {request.Address}{(request.Refused is { } why ? $" refused: {why}" : string.Empty)} {request.Agent ?? "-"}"
        );

    private static async IAsyncEnumerable<SseItem<Line>> ReadAsync(
        ISwarm swarm,
        string service,
        int tail,
        bool follow,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var line in swarm.ReadLogsAsync(service, tail, follow, cancellationToken))
        {
            yield return new SseItem<Line>(new Line(line.At, line.IsError, line.Text));
        }
    }
}
