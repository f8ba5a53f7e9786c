using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace HostingPanel.Testing;

/// <summary>An authenticator app (RFC 6238), written a second time so that the panel is not checked against itself.</summary>
public static class OneTimeCodes
{
    /// <summary>What the app shows at a moment.</summary>
    /// <param name="key">The key as the panel shows it: base 32, with or without spaces.</param>
    /// <param name="at">The moment.</param>
    public static string Of(string key, DateTimeOffset at)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // What authenticator apps use.
        var hash = HMACSHA1.HashData(FromBase32(key), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash[19] & 15, 4)) & 0x7fffffff;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string key)
    {
        var bits = string.Concat(
            key.Replace(" ", string.Empty, StringComparison.Ordinal)
                .Select(letter =>
                    Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')
                )
        );
        return [.. bits.Chunk(8).Where(part => part.Length == 8).Select(part => Convert.ToByte(new string(part), 2))];
    }
}
