using System.Text.Json;
using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>Reads what the toolbox's programs print: lines of JSON on standard output, words for people on standard error.</summary>
internal static class JobLines
{
    private const int MaxWords = 500;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The lines that are such a thing.</summary>
    public static IEnumerable<T> Read<T>(JobResult result)
        where T : class => result.Output.Select(Read<T>).OfType<T>();

    /// <summary>The line, if it is JSON.</summary>
    public static T? Read<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Json);
        }
        catch (JsonException)
        {
            // Anything may stand in a log.
            return null;
        }
    }

    /// <summary>The cause of a failure in the program's own words.</summary>
    public static string LastWords(JobResult result)
    {
        var words =
            result.Error.LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim()
            ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"exit code {result.ExitCode}");
        return words.Length > MaxWords ? $"{words[..MaxWords]}…" : words;
    }
}
