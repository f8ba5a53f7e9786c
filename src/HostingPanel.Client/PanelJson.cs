using System.Text.Json;
using System.Text.Json.Serialization;

namespace HostingPanel.Client;

/// <summary>How the contract is spelled in JSON: camelCase members, enums as lower-case words with hyphens.</summary>
public static class PanelJson
{
    /// <summary>What the typed client uses. Members it does not know are skipped, so that it outlives additions to the contract.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Gives options the contract's spelling.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
