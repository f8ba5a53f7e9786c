using System.Text.Json;
using System.Text.Json.Serialization;

namespace HostingPanel.Sites.Disposability;

/// <summary>The JSON in a drill's row; enums are text, so that it can be read without this code.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
