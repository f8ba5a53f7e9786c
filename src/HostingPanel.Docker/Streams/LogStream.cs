using System.Buffers;
using System.Runtime.CompilerServices;
using HostingPanel.Docker.Transport;

namespace HostingPanel.Docker.Streams;

/// <summary>Reads the answer of a log call line by line.</summary>
internal static class LogStream
{
    private const string Multiplexed = "application/vnd.docker.multiplexed-stream";
    private const int ReadSize = 32 * 1024;

    /// <summary>Since this version the answer's media type says how the stream is made.</summary>
    private static readonly ApiVersion SaysItself = new(1, 42);

    public static async ValueTask<bool> MustAskForTtyAsync(EngineTransport transport, CancellationToken cancellationToken) =>
        await transport.NegotiateAsync(cancellationToken) < SaysItself;

    public static async IAsyncEnumerable<LogLine> ReadAsync(
        EngineTransport transport,
        EngineRequest request,
        LogOptions options,
        bool? tty,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var answer = await transport.OpenAsync(request, cancellationToken);
        var multiplexed = answer.Version < SaysItself ? tty is not true : answer.MediaType == Multiplexed;
        LogDecoder decoder = multiplexed
            ? new MultiplexedLogDecoder(options.Timestamps, options.Details)
            : new RawLogDecoder(options.Timestamps, options.Details);
        await foreach (var line in ReadAsync(answer.Content, decoder, cancellationToken))
        {
            yield return line;
        }
    }

    /// <summary>What was decoded before a failure is yielded before the failure is thrown.</summary>
    internal static async IAsyncEnumerable<LogLine> ReadAsync(
        Stream stream,
        LogDecoder decoder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            var lines = new List<LogLine>();
            while (true)
            {
                DockerApiException? failure = null;
                var length = 0;
                try
                {
                    length = await stream.ReadAsync(buffer, cancellationToken);
                }
                catch (DockerApiException broken)
                {
                    failure = broken;
                }

                if (length > 0)
                {
                    decoder.Feed(buffer.AsSpan(0, length), lines);
                }
                else
                {
                    decoder.Complete(lines);
                }

                foreach (var line in lines)
                {
                    yield return line;
                }

                lines.Clear();
                if ((failure ?? decoder.Failure) is { } reason)
                {
                    throw reason;
                }

                if (length == 0)
                {
                    yield break;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Turns bytes, cut anywhere, into lines.</summary>
internal abstract class LogDecoder
{
    /// <summary>Why the stream can't be read on; thrown by the reader once the lines before it are out.</summary>
    public DockerApiException? Failure { get; protected set; }

    public abstract void Feed(ReadOnlySpan<byte> bytes, List<LogLine> lines);

    /// <summary>No more bytes come: what is left becomes lines.</summary>
    public abstract void Complete(List<LogLine> lines);
}

/// <summary>The output of a terminal: bytes and nothing else.</summary>
internal sealed class RawLogDecoder(bool timestamps, bool details) : LogDecoder
{
    private readonly LogLineAssembler _assembler = new(LogSource.Stdout, timestamps, details, terminal: true);

    public override void Feed(ReadOnlySpan<byte> bytes, List<LogLine> lines) => _assembler.Append(bytes, lines);

    public override void Complete(List<LogLine> lines) => _assembler.Complete(lines);
}
