using System.Text.Json;
using System.Text.Json.Serialization;
using HostingPanel.Client;

namespace HostingPanel.Web.Api;

/// <summary>Reads what callers send, strictly: a member that means nothing is a mistake that its sender wants to hear of.</summary>
internal static class RequestJson
{
    public static void Apply(JsonSerializerOptions options)
    {
        PanelJson.Apply(options);
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 16;
        options.Converters.Add(new TextConverter());
    }

    /// <summary>Refuses NUL, which PostgreSQL's text can't hold and nobody means.</summary>
    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType != JsonTokenType.String ? throw new JsonException()
            : reader.GetString() is { } text && !text.Contains('\0', StringComparison.Ordinal) ? text
            : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
