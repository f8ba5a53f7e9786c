using System.Text.Json;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Backups;

/// <summary>Asks a site's application, by its blueprint's status hook, what it is.</summary>
internal sealed class StatusHook(ISwarm swarm, PaceKeeper pace)
{
    /// <summary>A version is a word or two; what is longer is none.</summary>
    private const int MaxVersionLength = 80;

    /// <summary>What it says.</summary>
    /// <returns>Null where the blueprint has no such hook; a fault where it failed.</returns>
    public async Task<StatusAnswer?> AskAsync(SiteAssembly site, Operation operation, CancellationToken cancellationToken)
    {
        if (site.Blueprint.Hooks.Status is not { } hook)
        {
            return null;
        }

        var job = await pace.AppliedAsync(site.Job(hook, operation.Id), cancellationToken);
        var result = await swarm.RunJobAsync(job, cancellationToken);
        return result.ExitCode == 0
            ? new StatusAnswer(Read(result), null)
            : new StatusAnswer(null, $"The status hook ended with exit code {result.ExitCode}: {HookReport.WhyOf(result)}");
    }

    /// <summary>The last line that is a JSON object is its result.</summary>
    internal static ManifestApplication? Read(JobResult result)
    {
        foreach (var line in result.Output.Reverse())
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.ValueKind == JsonValueKind.Object)
                {
                    return new ManifestApplication(
                        json.RootElement.TryGetProperty("installed", out var installed)
                        && installed.ValueKind is JsonValueKind.True or JsonValueKind.False
                            ? installed.GetBoolean()
                            : null,
                        json.RootElement.TryGetProperty("version", out var version)
                        && version.ValueKind == JsonValueKind.String
                        && version.GetString() is { Length: > 0 and <= MaxVersionLength } text
                            ? text.Replace('\0', '\uFFFD')
                            : null
                    );
                }
            }
            catch (JsonException)
            {
                // Anything may stand in a log.
            }
        }

        return null;
    }
}

/// <summary>What a status hook has said.</summary>
/// <param name="Application">What the application is; null where the hook said nothing that can be read.</param>
/// <param name="Fault">Why it failed; null when it did not.</param>
internal sealed record StatusAnswer(ManifestApplication? Application, string? Fault);
