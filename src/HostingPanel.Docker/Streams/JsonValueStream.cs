using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HostingPanel.Docker.Streams;

/// <summary>
/// JSON values that follow one another, each on a line of its own: how the engine sends events, statistics and the progress of builds and
/// transfers. A value may come in pieces, and several may come at once.
/// </summary>
internal static class JsonValueStream
{
    private const int FirstSize = 16 * 1024;
    private const int LongestValue = 16 * 1024 * 1024;

    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Stream stream,
        JsonTypeInfo<T> type,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var buffer = new byte[FirstSize];
        var filled = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            // Only what is new can hold the end of a line: a long value is not searched again and again.
            var searched = filled;
            filled += read;
            var start = 0;
            while (buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n') is >= 0 and var found)
            {
                var end = searched + found;
                if (Parse(buffer.AsSpan(start, end - start), type) is { } value)
                {
                    yield return value;
                }

                start = searched = end + 1;
            }

            if (read == 0)
            {
                if (Parse(buffer.AsSpan(start, filled - start), type) is { } last)
                {
                    yield return last;
                }

                yield break;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                if (filled >= LongestValue)
                {
                    throw new DockerApiException($"The Docker engine sent a message of more than {LongestValue} bytes.");
                }

                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private static T? Parse<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
    {
        if (!line.ContainsAnyExcept(" \r\t"u8))
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException garbage)
        {
            throw new DockerApiException($"The Docker engine's message can't be understood: {garbage.Message}", status: null, garbage);
        }
    }
}
