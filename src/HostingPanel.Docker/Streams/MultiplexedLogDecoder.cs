using System.Buffers.Binary;
using System.Text;
using HostingPanel.Docker.Errors;

namespace HostingPanel.Docker.Streams;

/// <summary>
/// Both outputs in one stream: frames with a header of eight bytes (kind, three zeros, length as a big-endian number) and a payload that may hold
/// any part of the output. A payload is used as it comes, so its length, up to 4 GiB, costs no memory.
/// </summary>
internal sealed class MultiplexedLogDecoder(bool timestamps, bool details) : LogDecoder
{
    private const int HeaderLength = 8;
    private const int LongestError = 64 * 1024;
    private const byte Stdin = 0;
    private const byte Stdout = 1;
    private const byte Stderr = 2;
    private const byte SystemError = 3;

    private readonly LogLineAssembler _stdout = new(LogSource.Stdout, timestamps, details, terminal: false);
    private readonly LogLineAssembler _stderr = new(LogSource.Stderr, timestamps, details, terminal: false);
    private readonly byte[] _header = new byte[HeaderLength];
    private readonly List<byte> _error = [];
    private int _headerFilled;
    private long _payloadLeft;
    private bool _unframed;

    public override void Feed(ReadOnlySpan<byte> bytes, List<LogLine> lines)
    {
        while (!bytes.IsEmpty && Failure is null)
        {
            if (_unframed)
            {
                CollectError(bytes);
                return;
            }

            if (_headerFilled < HeaderLength)
            {
                var taken = Math.Min(HeaderLength - _headerFilled, bytes.Length);
                bytes[..taken].CopyTo(_header.AsSpan(_headerFilled));
                _headerFilled += taken;
                bytes = bytes[taken..];
                OpenFrame();
                continue;
            }

            var payload = bytes[..(int)Math.Min(_payloadLeft, bytes.Length)];
            Take(payload, lines);
            _payloadLeft -= payload.Length;
            bytes = bytes[payload.Length..];
            CloseFrameIfDone();
        }
    }

    public override void Complete(List<LogLine> lines)
    {
        _stdout.Complete(lines);
        _stderr.Complete(lines);
        if (Failure is not null)
        {
            return;
        }

        if (_unframed || (_headerFilled == HeaderLength && _header[0] == SystemError))
        {
            Fail();
        }
        else if (_headerFilled > 0)
        {
            Failure = new EngineConnectionLostException("The log stream ended inside a frame.");
        }
    }

    private void OpenFrame()
    {
        // An error that came after the head of the answer stands in the stream as it is: as JSON or text, without a frame.
        if (_header[0] > SystemError || _header.AsSpan(1, Math.Clamp(_headerFilled - 1, 0, 3)).ContainsAnyExcept((byte)0))
        {
            _unframed = true;
            CollectError(_header.AsSpan(0, _headerFilled));
            return;
        }

        if (_headerFilled < HeaderLength)
        {
            return;
        }

        _payloadLeft = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        Assembler?.BeginChunk();
        CloseFrameIfDone();
    }

    private LogLineAssembler? Assembler =>
        _header[0] switch
        {
            Stdin or Stdout => _stdout,
            Stderr => _stderr,
            _ => null,
        };

    private void Take(ReadOnlySpan<byte> payload, List<LogLine> lines)
    {
        if (Assembler is { } assembler)
        {
            assembler.Append(payload, lines);
        }
        else
        {
            CollectError(payload);
        }
    }

    private void CloseFrameIfDone()
    {
        if (_payloadLeft > 0)
        {
            return;
        }

        _headerFilled = 0;
        if (_header[0] == SystemError)
        {
            Fail();
        }
    }

    private void CollectError(ReadOnlySpan<byte> text)
    {
        _error.AddRange(text[..Math.Min(text.Length, LongestError - _error.Count)]);
        if (_error.Count == LongestError)
        {
            Fail();
        }
    }

    private void Fail()
    {
        var text = Encoding.UTF8.GetString([.. _error]);
        Failure = new LogStreamException(
            ErrorTranslator.ReadMessage(text) ?? "The engine reported an error in the log stream, without a message."
        );
    }
}
