using System.Collections.Concurrent;
using System.Text.Json;

namespace HostingPanel.Web.Security;

/// <summary>
/// Takes what browsers report that the content security policy has stopped, and logs it: each kind once an hour, for anybody can send such
/// reports, and one broken page sends thousands.
/// </summary>
internal sealed partial class PolicyReports(ILogger<PolicyReports> logger, TimeProvider time)
{
    /// <summary>Where they are sent.</summary>
    public const string Path = "/csp-report";

    /// <summary>More than any browser sends of one page.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <summary>At most so many kinds are kept apart; what is beyond them is not told.</summary>
    public const int MaxKinds = 100;
    private const int MaxText = 200;
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<Violation, DateTimeOffset> _told = new();

    /// <summary>Reads one report, in the older form or in that of the Reporting API. 204 when it was read, 400 or 413 otherwise.</summary>
    public async Task<IResult> TakeAsync(HttpRequest request)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (length > MaxBytes)
        {
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            using var document = JsonDocument.Parse(body.AsMemory(0, length), new JsonDocumentOptions { MaxDepth = 8 });
            foreach (var violation in Read(document.RootElement))
            {
                Tell(violation);
            }
        }
        catch (JsonException)
        {
            return Results.BadRequest();
        }

        return Results.NoContent();
    }

    private static IEnumerable<Violation> Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("csp-report", out var report))
        {
            yield return new Violation(
                Text(report, "effective-directive") ?? Text(report, "violated-directive"),
                Address(Text(report, "blocked-uri")),
                Address(Text(report, "document-uri"))
            );
        }
        else if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in root.EnumerateArray().Where(entry => Text(entry, "type") == "csp-violation"))
            {
                if (entry.TryGetProperty("body", out var body))
                {
                    yield return new Violation(
                        Text(body, "effectiveDirective"),
                        Address(Text(body, "blockedURL")),
                        Address(Text(body, "documentURL"))
                    );
                }
            }
        }
    }

    private void Tell(Violation violation)
    {
        var now = time.GetUtcNow();
        var known = _told.TryGetValue(violation, out var told);
        if ((known && now - told < Again) || (!known && _told.Count >= MaxKinds))
        {
            return;
        }

        _told[violation] = now;
        LogStopped(violation.Directive, violation.Blocked, violation.Document);
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? Plain(value.GetString()!)
            : null;

    /// <summary>Without what follows the path: a query may hold a link's secret.</summary>
    private static string? Address(string? address) => address?.Split('?', '#')[0];

    /// <summary>Nothing that a terminal obeys, and no line of its own in the log.</summary>
    private static string Plain(string text) =>
        string.Concat(
            text.Take(MaxText)
                .Select(character =>
                    char.IsAsciiLetterOrDigit(character) || "-._~:/?#@'".Contains(character, StringComparison.Ordinal) ? character : '·'
                )
        );

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The content security policy has stopped {Directive}: {Blocked} on {Document} (told once an hour)."
    )]
    private partial void LogStopped(string? directive, string? blocked, string? document);

    private sealed record Violation(string? Directive, string? Blocked, string? Document);
}
