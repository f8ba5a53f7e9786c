using System.Buffers.Binary;

namespace HostingPanel.Backups.Drills;

/// <summary>
/// A picture that a job has handed back. The job ran a stranger's page, so nothing that it says is taken for true: what is kept is a file of
/// one of two kinds by its own beginning and end, of the size that was asked for.
/// </summary>
/// <param name="MediaType"><c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Width">In points, as the file itself says.</param>
/// <param name="Height">The same.</param>
/// <param name="Content">The file.</param>
internal sealed record PictureFile(string MediaType, int Width, int Height, byte[] Content)
{
    public const string Png = "image/png";
    public const string WebP = "image/webp";

    private static ReadOnlySpan<byte> PngBegin => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];
    private static ReadOnlySpan<byte> PngEnd => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>What the file is; null for one that is neither kind, or is cut off.</summary>
    public static PictureFile? Read(byte[] content) => ReadPng(content) ?? ReadWebP(content);

    /// <summary>Signature, then the header's chunk (W3C PNG, 5 and 11.2.1), and the chunk that ends each.</summary>
    private static PictureFile? ReadPng(byte[] content)
    {
        ReadOnlySpan<byte> file = content;
        return
            file.Length >= 24 + PngEnd.Length
            && file.StartsWith(PngBegin)
            && file[12..].StartsWith("IHDR"u8)
            && file.EndsWith(PngEnd)
            && BinaryPrimitives.ReadUInt32BigEndian(file[16..]) is > 0 and <= int.MaxValue and var width
            && BinaryPrimitives.ReadUInt32BigEndian(file[20..]) is > 0 and <= int.MaxValue and var height
            ? new PictureFile(Png, (int)width, (int)height, content)
            : null;
    }

    /// <summary>The simple form with loss (RFC 9649, 2.5): RIFF's size of the whole, and the key frame's header (RFC 6386, 9.1).</summary>
    private static PictureFile? ReadWebP(byte[] content)
    {
        ReadOnlySpan<byte> file = content;
        return
            file.Length >= 30
            && file.StartsWith("RIFF"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L == file.Length
            && file[8..].StartsWith("WEBPVP8 "u8)
            && file[23..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? new PictureFile(
                WebP,
                BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3FFF,
                content
            )
            : null;
    }
}
