using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Sites;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Sites;

/// <summary>How the worker is reached for what must come live from the engine. Configuration section <c>Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Worker";

    /// <summary>Its address on the panel's private network.</summary>
    public Uri BaseAddress { get; set; } = new("http://worker:8081");

    /// <summary>The file with the key that web and worker share.</summary>
    public string? KeyFile { get; set; }
}

/// <summary>Which lines of a service's log are wanted.</summary>
/// <param name="Service">The service; null for the front one.</param>
/// <param name="Tail">How many of the last lines, 1 to <see cref="SiteLogs.MaxTail"/>.</param>
/// <param name="Follow">Whether the stream goes on with new lines.</param>
internal sealed record LogRequest(string? Service, int Tail = SiteLogs.DefaultTail, bool Follow = false);

/// <summary>Reads services' logs through the worker. Who may is decided here; the worker only knows that it is the web that asks.</summary>
internal sealed class SiteLogs(HttpClient http, SiteManager sites, IOptions<WorkerOptions> options, TimeProvider time)
{
    public const int DefaultTail = 100;
    public const int MaxTail = 1000;

    /// <summary>In place of a service's name: the requests of the site's visitors, as the gateway tells them.</summary>
    public const string Visitors = "visitors";
    public const string KeyHeader = "X-HP-Internal-Key";
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>The lines, or why there are none. Refused: <c>site-not-found</c>, <c>service-not-found</c>, <c>worker-unreachable</c>.</summary>
    public async Task<Outcome<LogLines>> OpenAsync(Actor actor, string slug, LogRequest request, CancellationToken cancellationToken)
    {
        if (request.Tail is < 1 or > MaxTail)
        {
            return Problem.Invalid("tail", $"tail must be from 1 to {MaxTail}.");
        }

        if (!(await sites.FindIdForLogsAsync(actor, slug, cancellationToken)).TryGet(out var id, out var problem))
        {
            return problem;
        }

        if (!(await sites.ListServicesAsync(actor, slug, cancellationToken)).TryGet(out var services, out problem))
        {
            return problem;
        }

        var service =
            request.Service == Visitors
                ? Visitors
                : services.FirstOrDefault(known => request.Service is { } name ? known.Name == name : known.IsFront)?.Name;
        return service is null
            ? Problem.NotFound("service", request.Service ?? "front")
            : await AskAsync(
                id,
                service,
                request,
                async token => (await sites.FindIdForLogsAsync(await actor.NowAsync(token), slug, token)).Problem is null,
                cancellationToken
            );
    }

    private async Task<Outcome<LogLines>> AskAsync(
        Guid site,
        string service,
        LogRequest wanted,
        Func<CancellationToken, Task<bool>> mayGoOn,
        CancellationToken cancellationToken
    )
    {
        var address = string.Create(
            CultureInfo.InvariantCulture,
            $"/internal/sites/{site}/services/{Uri.EscapeDataString(service)}/logs?tail={wanted.Tail}&follow={(wanted.Follow ? "true" : "false")}"
        );
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(options.Value.BaseAddress, address));
        if (options.Value.KeyFile is { } file)
        {
            request.Headers.Add(KeyHeader, (await File.ReadAllTextAsync(file, cancellationToken)).Trim());
        }

        var lines = new LogLines(
            ending => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending),
            wanted.Follow,
            cancellationToken
        );
        if (wanted.Follow)
        {
            lines.EndUnless(mayGoOn, time);
        }

        try
        {
            var response = await lines.Response.WaitAsync(AnswerWithin, time, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return lines;
            }

            await lines.DisposeAsync();
            return Unreachable($"It answered {(int)response.StatusCode}.");
        }
        catch (TimeoutException) when (wanted.Follow)
        {
            // Connected, or it had failed by now: a service that writes nothing has nothing to begin the answer with.
            return lines;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TimeoutException)
        {
            await lines.DisposeAsync();
            return Unreachable("It does not answer.");
        }
    }

    internal static Problem Unreachable(string why) =>
        new(
            ProblemKind.Unavailable,
            "worker-unreachable",
            $"Logs come from the panel's worker. {why} The sites go on without it; try again in a moment."
        );
}
