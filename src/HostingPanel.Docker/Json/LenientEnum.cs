using System.Text.Json;
using System.Text.Json.Serialization;

namespace HostingPanel.Docker.Json;

/// <summary>The engine's words for an enum's members: <c>OnFailure</c> is "on-failure".</summary>
internal static class LenientEnum
{
    public static string ToText<T>(T value)
        where T : struct, Enum =>
        EqualityComparer<T>.Default.Equals(value, default)
            ? throw new ArgumentOutOfRangeException(
                nameof(value),
                $"{typeof(T).Name}.{value} only says that the engine's word was not understood; it can't be sent."
            )
            : JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static T Parse<T>(string? text)
        where T : struct, Enum
    {
        var name = text?.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : default;
    }
}

/// <summary>
/// Reads and writes <see cref="LenientEnum"/>. A word that a newer engine invented becomes the enum's first member, <c>Unknown</c>, so that one
/// new state does not make a whole list unreadable.
/// </summary>
internal sealed class LenientEnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LenientEnum.Parse<T>(reader.GetString());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (EqualityComparer<T>.Default.Equals(value, default))
        {
            throw new JsonException($"{typeof(T).Name}.{value} can't be sent to the engine.");
        }

        writer.WriteStringValue(LenientEnum.ToText(value));
    }
}
