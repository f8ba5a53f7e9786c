using System.Buffers.Binary;
using System.Globalization;

namespace HostingPanel.Testing;

/// <summary>Pictures as far as the panel looks: beginning, size and end, with nothing to see between.</summary>
internal static class SamplePicture
{
    /// <summary>A PNG of this size.</summary>
    public static byte[] Png(int width = 1280, int height = 800, int padding = 0)
    {
        byte[] file =
        [
            .. (byte[])[0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8],
            .. new byte[8 + 5 + 4 + padding],
            .. (byte[])[0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82],
        ];
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }

    /// <summary>A WebP of this size.</summary>
    public static byte[] WebP(short width = 1280, short height = 800)
    {
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8, .. new byte[7], 0x9D, 0x01, 0x2A, .. new byte[14]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), width);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), height);
        return file;
    }

    /// <summary>What <c>hp-picture</c> prints of one.</summary>
    public static IReadOnlyList<string> Said(byte[] file) =>
        [
            string.Create(CultureInfo.InvariantCulture, $$"""{"type":"image/png","width":1280,"height":800,"bytes":{{file.Length}}}"""),
            .. Convert.ToBase64String(file).Chunk(8000).Select(part => $$"""{"part":"{{new string(part)}}"}"""),
        ];
}
