using System.Text.Json;
using System.Text.Json.Serialization;

namespace HostingPanel.Docker.Json;

/// <summary>The engine's error body; some streams use the second name.</summary>
internal sealed record ErrorBody
{
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}

/// <summary>The engine's durations: whole nanoseconds. Ours are exact to 100 ns.</summary>
internal sealed class NanosecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromTicks(reader.GetInt64() / TimeSpan.NanosecondsPerTick);

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(checked(value.Ticks * TimeSpan.NanosecondsPerTick));
}

/// <summary>Go's times: RFC 3339 with up to nine decimals; the empty text and the year 1 mean "never".</summary>
internal sealed class GoTimeConverter : JsonConverter<DateTimeOffset?>
{
    public override bool HandleNull => true;

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueTextEquals(""u8))
        {
            return null;
        }

        // The year 1 with an offset east of Greenwich is before what a DateTimeOffset can say.
        if (reader.GetString()!.StartsWith("0001-01-01", StringComparison.Ordinal))
        {
            return null;
        }

        return reader.GetDateTimeOffset();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time)
        {
            writer.WriteStringValue(time);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
