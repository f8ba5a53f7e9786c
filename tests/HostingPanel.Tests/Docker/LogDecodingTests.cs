using System.Buffers.Binary;
using System.Text;
using HostingPanel.Docker;
using HostingPanel.Docker.Streams;

namespace HostingPanel.Tests.Docker;

public sealed class LogDecodingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> TimestampLikeTexts =>
        ["2024", "2024-05-06T07:08:09 no zone", "yesterday at noon it was so", "20240506 x"];

    [Fact]
    public async Task Lines_and_characters_may_be_cut_anywhere()
    {
        // Lines over several frames, two lines in one frame, both outputs in turn, a character of four bytes over three frames.
        byte[] stream =
        [
            .. Frame(1, "first "),
            .. Frame(2, "error ä"),
            .. Frame(1, "line\nsecond\nthi"),
            .. Frame(2, "ö\n"),
            .. Frame(1, "rd "),
            .. Frame(1, "🐘"u8[..1]),
            .. Frame(1, "🐘"u8[1..3]),
            .. Frame(1, ""),
            .. Frame(1, [.. "🐘"u8[3..], (byte)'\n', (byte)'\n']),
            .. Frame(1, "no end"),
        ];
        var expected = new[] { "1 first line", "1 second", "2 error äö", "1 third 🐘", "1 ", "1 no end" };

        for (var step = 1; step <= stream.Length; step++)
        {
            var lines = await DecodeAsync(new CutStream(stream, step), Multiplexed());
            Assert.Equal(expected, lines.Select(line => $"{(int)line.Stream} {line.Text}"));
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_become_replacement_characters_and_stay_in_their_line()
    {
        var lines = await DecodeAsync(
            new CutStream([.. Frame(1, [0xFF, (byte)'a', 0xC3, (byte)'\n', (byte)'b', (byte)'\n'])], 3),
            Multiplexed()
        );

        Assert.Equal(["\uFFFDa\uFFFD", "b"], lines.Select(line => line.Text));
    }

    [Fact]
    public async Task A_frame_that_claims_four_gibibytes_costs_only_what_arrives()
    {
        byte[] header = [1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        byte[] stream = [.. header, .. "one\ntwo"u8];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var decoder = Multiplexed();
        var lines = new List<LogLine>();
        decoder.Feed(stream, lines);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal("one", Assert.Single(lines).Text);
        decoder.Complete(lines);

        Assert.InRange(allocated, 0, 64 * 1024);
        Assert.Equal(["one", "two"], lines.Select(line => line.Text));
        Assert.IsType<EngineConnectionLostException>(decoder.Failure);
    }

    [Fact]
    public async Task A_line_without_an_end_comes_in_pieces_between_characters()
    {
        var text = string.Concat(Enumerable.Repeat("aäö€🐘", 200_000));
        byte[] stream = [.. Frame(1, text + "\nnext\n")];

        var lines = await DecodeAsync(new CutStream(stream, 30_000), Multiplexed());

        Assert.Equal("next", lines[^1].Text);
        Assert.All(lines, line => Assert.DoesNotContain('\uFFFD', line.Text));
        Assert.Equal([true, true, false, false], lines.Select(line => line.Continues));
        Assert.Equal(text, string.Concat(lines.SkipLast(1).Select(line => line.Text)));
    }

    [Fact]
    public async Task An_error_frame_is_thrown_after_the_lines_before_it()
    {
        byte[] stream = [.. Frame(1, "fine\nhalf"), .. Frame(3, "Error grabbing logs: no node\n"), .. Frame(1, "never")];
        for (var step = 1; step <= stream.Length; step++)
        {
            var lines = new List<LogLine>();

            var failure = await Assert.ThrowsAsync<LogStreamException>(() =>
                DecodeAsync(new CutStream(stream, step), Multiplexed(), lines)
            );

            Assert.Equal("Error grabbing logs: no node", failure.Message);
            Assert.Equal("fine", Assert.Single(lines).Text);
        }
    }

    [Fact]
    public async Task An_error_frame_that_breaks_off_is_still_the_engines_error()
    {
        byte[] stream = [3, 0, 0, 0, 0, 0, 0, 50, .. "half of"u8];

        var failure = await Assert.ThrowsAsync<LogStreamException>(() => DecodeAsync(new CutStream(stream, 5), Multiplexed()));

        Assert.Equal("half of", failure.Message);
    }

    [Theory]
    [InlineData(
        "{\"message\":\"configured logging driver does not support reading\"}\n",
        "configured logging driver does not support reading"
    )]
    [InlineData("error from daemon in stream: gone", "error from daemon in stream: gone")]
    [InlineData("{", "{")]
    public async Task An_error_without_a_frame_is_the_engines_error(string text, string message)
    {
        byte[] stream = [.. Frame(1, "fine\n"), .. Encoding.UTF8.GetBytes(text)];
        for (var step = 1; step <= stream.Length; step++)
        {
            var lines = new List<LogLine>();

            var failure = await Assert.ThrowsAsync<LogStreamException>(() =>
                DecodeAsync(new CutStream(stream, step), Multiplexed(), lines)
            );

            Assert.Equal(message, failure.Message);
            Assert.Equal("fine", Assert.Single(lines).Text);
        }
    }

    [Fact]
    public async Task An_endless_error_is_cut_off()
    {
        var failure = await Assert.ThrowsAsync<LogStreamException>(() =>
            DecodeAsync(new CutStream(Encoding.ASCII.GetBytes(new string('x', 1_000_000)), 10_000), Multiplexed())
        );

        Assert.Equal(4096, failure.Message.Length);
    }

    [Fact]
    public async Task A_stream_that_ends_inside_a_frame_is_a_lost_connection_after_its_lines()
    {
        var whole = Frame(1, "one\ntwo\n");
        for (var length = 1; length < whole.Length; length++)
        {
            var lines = new List<LogLine>();

            await Assert.ThrowsAsync<EngineConnectionLostException>(() =>
                DecodeAsync(new CutStream(whole[..length], 4), Multiplexed(), lines)
            );

            Assert.StartsWith(string.Concat(lines.Select(line => line.Text)), "onetwo", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_terminals_output_is_one_raw_stream()
    {
        var stream = "\u001b[1mbold\u001b[0m\r\nä\rb\r\n\r\nend"u8.ToArray();
        for (var step = 1; step <= stream.Length; step++)
        {
            var lines = await DecodeAsync(new CutStream(stream, step), new RawLogDecoder(timestamps: false, details: false));

            Assert.Equal(["\u001b[1mbold\u001b[0m", "ä\rb", "", "end"], lines.Select(line => line.Text));
            Assert.All(lines, line => Assert.Equal(LogSource.Stdout, line.Stream));
        }
    }

    [Fact]
    public async Task A_carriage_return_outside_a_terminal_belongs_to_the_line()
    {
        Assert.Equal("a\r", Assert.Single(await DecodeAsync(new CutStream(Frame(1, "a\r\n"), 4), Multiplexed())).Text);
    }

    [Fact]
    public async Task Times_and_details_stand_beside_the_text()
    {
        byte[] stream =
        [
            .. Frame(1, "2024-05-06T07:08:09.123456789Z com.docker.swarm.task.id=t1,a%20key=a%2Cb+c hello world\n"),
            .. Frame(2, "2024-05-06T09:08:10.000000000+02:00  no details\n"),
        ];
        for (var step = 1; step <= stream.Length; step++)
        {
            var lines = await DecodeAsync(new CutStream(stream, step), new MultiplexedLogDecoder(timestamps: true, details: true));

            Assert.Equal(["hello world", "no details"], lines.Select(line => line.Text));
            Assert.Equal("t1", lines[0].Details["com.docker.swarm.task.id"]);
            Assert.Equal("a,b c", lines[0].Details["a key"]);
            Assert.Empty(lines[1].Details);
            Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1_234_568), lines[0].Timestamp);
            Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 10, TimeSpan.Zero), lines[1].Timestamp);
        }
    }

    [Theory]
    [MemberData(nameof(TimestampLikeTexts))]
    public async Task Text_where_a_time_should_be_stays_text(string text)
    {
        var line = Assert.Single(
            await DecodeAsync(new CutStream(Frame(1, text + "\n"), 7), new MultiplexedLogDecoder(true, details: false))
        );

        Assert.Null(line.Timestamp);
        Assert.Equal(text, line.Text);
    }

    [Fact]
    public async Task A_line_of_several_chunks_has_the_time_of_its_first_and_none_inside()
    {
        const string Prefix = "2024-05-06T07:08:09.000000000Z ";
        byte[] stream =
        [
            .. Frame(1, Prefix + "aaa"),
            .. Frame(1, [.. Encoding.ASCII.GetBytes(Prefix), .. "ä"u8[..1]]),
            .. Frame(2, Prefix + "other\n"),
            .. Frame(1, [.. Encoding.ASCII.GetBytes(Prefix), .. "ä"u8[1..], (byte)'\n']),
            .. Frame(1, Prefix + "next\n"),
        ];
        for (var step = 1; step <= stream.Length; step++)
        {
            var lines = await DecodeAsync(new CutStream(stream, step), new MultiplexedLogDecoder(timestamps: true, details: false));

            Assert.Equal(["other", "aaaä", "next"], lines.Select(line => line.Text));
            Assert.All(lines, line => Assert.NotNull(line.Timestamp));
        }
    }

    [Fact]
    public async Task A_chunked_line_longer_than_a_piece_keeps_its_time_and_loses_nothing()
    {
        const string Prefix = "2024-05-06T07:08:09.000000000Z a=b ";
        var chunk = new string('x', 16_380) + "€";
        var stream = Enumerable.Range(0, 200).SelectMany(_ => Frame(1, Prefix + chunk)).Concat(Frame(1, Prefix + "\n")).ToArray();

        var lines = await DecodeAsync(new CutStream(stream, 10_000), new MultiplexedLogDecoder(timestamps: true, details: true));

        Assert.Equal(string.Concat(Enumerable.Repeat(chunk, 200)), string.Concat(lines.Select(line => line.Text)));
        Assert.All(lines, line => Assert.NotNull(line.Timestamp));
        Assert.All(lines, line => Assert.Equal("b", line.Details["a"]));
        Assert.All(lines.SkipLast(1), line => Assert.True(line.Continues));
        Assert.False(lines[^1].Continues);
    }

    private static MultiplexedLogDecoder Multiplexed() => new(timestamps: false, details: false);

    private static byte[] Frame(byte kind, string payload) => Frame(kind, Encoding.UTF8.GetBytes(payload));

    private static byte[] Frame(byte kind, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[8 + payload.Length];
        frame[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)payload.Length);
        payload.CopyTo(frame.AsSpan(8));
        return frame;
    }

    private static async Task<List<LogLine>> DecodeAsync(Stream stream, LogDecoder decoder, List<LogLine>? lines = null)
    {
        lines ??= [];
        await foreach (var line in LogStream.ReadAsync(stream, decoder, Token))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Gives at most so many bytes with each read.</summary>
    private sealed class CutStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
