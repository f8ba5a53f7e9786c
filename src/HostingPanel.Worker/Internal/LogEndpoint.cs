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
                CancellationToken cancellationToken
            ) =>
            {
                var shown = Encoding.UTF8.GetBytes(http.Request.Headers[KeyHeader].ToString());
                if (!CryptographicOperations.FixedTimeEquals(shown, key))
                {
                    return Results.Unauthorized();
                }

                return await names.FindAsync(siteId, service, cancellationToken) is { } name
                    ? Results.ServerSentEvents(
                        ReadAsync(swarm, name, Math.Clamp(tail ?? 200, 0, MaxTail), follow ?? false, cancellationToken)
                    )
                    : Results.NotFound();
            }
        );
    }

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
