using System.Buffers.Binary;
using System.IO.Compression;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>The points of a PNG as a browser writes it: eight bits of red, green and blue, not interlaced (W3C PNG, 7 and 9).</summary>
internal sealed class PngPixels
{
    private const int PerPixel = 3;
    private readonly byte[] _rows;

    public PngPixels(byte[] file)
    {
        Width = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16));
        Height = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20));
        // Depth, colour type, compression, filter, interlace.
        Assert.Equal([8, 2, 0, 0, 0], file[24..29]);
        using var packed = new MemoryStream();
        for (var at = 8; at < file.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (file.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                packed.Write(file, at + 8, length);
            }

            at += length + 12;
        }

        packed.Position = 0;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        _rows = new byte[Height * (1 + (Width * PerPixel))];
        unpacked.ReadExactly(_rows);
        Assert.Equal(-1, unpacked.ReadByte());
        Unfilter();
    }

    public int Width { get; }
    public int Height { get; }

    private int Stride => 1 + (Width * PerPixel);

    /// <summary>How many different colours there are.</summary>
    public int CountColours()
    {
        var colours = new HashSet<int>();
        for (var row = 0; row < Height; row++)
        {
            for (var at = (row * Stride) + 1; at < (row + 1) * Stride; at += PerPixel)
            {
                colours.Add((_rows[at] << 16) | (_rows[at + 1] << 8) | _rows[at + 2]);
            }
        }

        return colours.Count;
    }

    private void Unfilter()
    {
        for (var row = 0; row < Height; row++)
        {
            var begin = row * Stride;
            var filter = _rows[begin];
            for (var at = begin + 1; at < begin + Stride; at++)
            {
                var isFirst = at - begin <= PerPixel;
                var left = isFirst ? 0 : _rows[at - PerPixel];
                var up = row == 0 ? 0 : _rows[at - Stride];
                var corner = isFirst || row == 0 ? 0 : _rows[at - Stride - PerPixel];
                _rows[at] += (byte)(
                    filter switch
                    {
                        0 => 0,
                        1 => left,
                        2 => up,
                        3 => (left + up) / 2,
                        4 => Paeth(left, up, corner),
                        _ => throw new InvalidDataException($"A row has the filter {filter}."),
                    }
                );
            }
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left
            : toUp <= toCorner ? up
            : corner;
    }
}
