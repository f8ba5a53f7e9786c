using System.Text.Json;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Operations;

/// <summary>Reads what a hook prints: lines of JSON, the last one its result; <c>{"error": ...}</c> when it failed.</summary>
internal static class HookReport
{
    private const int MaxLength = 500;

    /// <summary>Why a hook failed, in its own words.</summary>
    public static string WhyOf(JobResult result)
    {
        var last = result.Error.Concat(result.Output).LastOrDefault(line => !string.IsNullOrWhiteSpace(line));
        var why = last is null ? null : ErrorIn(last) ?? last.Trim();
        return string.IsNullOrWhiteSpace(why) ? "it said nothing"
            : why.Length > MaxLength ? $"{why[..MaxLength]}…"
            : why;
    }

    private static string? ErrorIn(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.String
                ? error.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
