using System.Globalization;
using System.Text;

namespace HostingPanel.Docker.Streams;

/// <summary>
/// Puts the lines of one output together. Text is decoded only when its line is whole, so a character may be cut anywhere. The engine writes time
/// and details before each of its chunks, and a line of more than 16 KiB is several chunks: within a line they are taken out again.
/// </summary>
internal sealed class LogLineAssembler(LogSource source, bool timestamps, bool details, bool terminal)
{
    internal const int LongestPiece = 1024 * 1024;

    private readonly bool _prefixed = timestamps || details;
    private byte[] _pending = new byte[256];
    private int _length;
    private int _chunkStart = -1;
    private DateTimeOffset? _timestamp;
    private IReadOnlyDictionary<string, string> _details = Empty.Labels;
    private bool _continuing;

    /// <summary>What is appended next is the beginning of a chunk.</summary>
    public void BeginChunk()
    {
        DropInnerPrefix();
        if (_prefixed && (_length > 0 || _continuing))
        {
            _chunkStart = _length;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes, List<LogLine> lines)
    {
        while (true)
        {
            var end = bytes.IndexOf((byte)'\n');
            Keep(end < 0 ? bytes : bytes[..end], lines);
            if (end < 0)
            {
                return;
            }

            EndLine(lines);
            bytes = bytes[(end + 1)..];
        }
    }

    public void Complete(List<LogLine> lines)
    {
        if (_length > 0)
        {
            EndLine(lines);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes, List<LogLine> lines)
    {
        while (_length + bytes.Length > LongestPiece)
        {
            var fits = LongestPiece - _length;
            Store(bytes[..fits]);
            bytes = bytes[fits..];
            EmitPiece(lines);
        }

        Store(bytes);
    }

    private void Store(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _pending.Length)
        {
            Array.Resize(ref _pending, Math.Max(_length + bytes.Length, _pending.Length * 2));
        }

        bytes.CopyTo(_pending.AsSpan(_length));
        _length += bytes.Length;
    }

    private void EndLine(List<LogLine> lines)
    {
        DropInnerPrefix();
        var text = _pending.AsSpan(TakePrefix().._length);
        if (terminal && text.EndsWith("\r"u8))
        {
            text = text[..^1];
        }

        Emit(text, continues: false, lines);
        _length = 0;
        _continuing = false;
        _timestamp = null;
        _details = Empty.Labels;
    }

    private void EmitPiece(List<LogLine> lines)
    {
        DropInnerPrefix();
        var start = TakePrefix();
        var cut = CharacterBoundary(_pending.AsSpan(0, _length));
        Emit(_pending.AsSpan(start..cut), continues: true, lines);
        _pending.AsSpan(cut.._length).CopyTo(_pending);
        _length -= cut;
        _continuing = true;
    }

    private void Emit(ReadOnlySpan<byte> text, bool continues, List<LogLine> lines) =>
        lines.Add(new LogLine(source, _timestamp, Encoding.UTF8.GetString(text)) { Continues = continues, Details = _details });

    /// <summary>Reads time and details at the beginning of a line.</summary>
    /// <returns>Where the text begins.</returns>
    private int TakePrefix()
    {
        if (!_prefixed || _continuing)
        {
            return 0;
        }

        var line = _pending.AsSpan(0, _length);
        var start = 0;
        if (timestamps && ReadTimestamp(line, out _timestamp) is > 0 and var timeLength)
        {
            start = timeLength;
        }

        if (details && line[start..].IndexOf((byte)' ') is >= 0 and var space)
        {
            _details = ReadDetails(Encoding.UTF8.GetString(line.Slice(start, space)));
            start += space + 1;
        }

        return start;
    }

    /// <summary>Takes out what the engine wrote before a chunk that goes on with a line.</summary>
    private void DropInnerPrefix()
    {
        var at = _chunkStart;
        _chunkStart = -1;
        if (at < 0 || at >= _length)
        {
            return;
        }

        var chunk = _pending.AsSpan(at, _length - at);
        var prefix = 0;
        if (timestamps)
        {
            prefix = ReadTimestamp(chunk, out _);
            if (prefix == 0)
            {
                return;
            }
        }

        if (details && chunk[prefix..].IndexOf((byte)' ') is >= 0 and var space)
        {
            prefix += space + 1;
        }

        chunk[prefix..].CopyTo(chunk);
        _length -= prefix;
    }

    /// <summary>2024-05-06T07:08:09.123456789Z and a space.</summary>
    /// <returns>The length of both; 0 if that is not what the text begins with.</returns>
    private static int ReadTimestamp(ReadOnlySpan<byte> text, out DateTimeOffset? timestamp)
    {
        const int Shortest = 20;
        const int Longest = 40;
        timestamp = null;
        var space = text[..Math.Min(text.Length, Longest)].IndexOf((byte)' ');
        if (
            space < Shortest
            || text[4] != '-'
            || text[10] != 'T'
            || !DateTimeOffset.TryParse(
                Encoding.ASCII.GetString(text[..space]),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
        )
        {
            return 0;
        }

        timestamp = time;
        return space + 1;
    }

    /// <summary>key=value,key=value, each escaped as in an address.</summary>
    private static Dictionary<string, string> ReadDetails(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                found[Unescape(pair[..equals])] = Unescape(pair[(equals + 1)..]);
            }
        }

        return found;
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>The last place, at most three bytes back, that is not inside a character.</summary>
    private static int CharacterBoundary(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3 && back < text.Length; back++)
        {
            var lead = text[^back];
            if ((lead & 0b1100_0000) != 0b1000_0000)
            {
                var needs =
                    lead >= 0b1111_0000 ? 4
                    : lead >= 0b1110_0000 ? 3
                    : lead >= 0b1100_0000 ? 2
                    : 1;
                return needs > back ? text.Length - back : text.Length;
            }
        }

        return text.Length;
    }
}
