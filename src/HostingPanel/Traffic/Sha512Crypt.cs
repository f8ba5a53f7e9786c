using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Traffic;

/// <summary>The hash of <c>crypt(3)</c> that begins with <c>$6$</c>, which HAProxy understands (Drepper, “Unix crypt using SHA-256 and SHA-512”).</summary>
/// <remarks>
/// The gateway computes it for each request, in the process that serves every site: a thousand rounds, the least there are, cost it half a
/// millisecond. What is behind such a password is kept from search engines and the curious; guessing is bounded by the gateway's limits.
/// </remarks>
internal static class Sha512Crypt
{
    private const int Rounds = 1000;
    private const int Size = 64;
    private const string Letters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>In which order three bytes each become four letters.</summary>
    private static readonly (int, int, int)[] Order =
    [
        (0, 21, 42),
        (22, 43, 1),
        (44, 2, 23),
        (3, 24, 45),
        (25, 46, 4),
        (47, 5, 26),
        (6, 27, 48),
        (28, 49, 7),
        (50, 8, 29),
        (9, 30, 51),
        (31, 52, 10),
        (53, 11, 32),
        (12, 33, 54),
        (34, 55, 13),
        (56, 14, 35),
        (15, 36, 57),
        (37, 58, 16),
        (59, 17, 38),
        (18, 39, 60),
        (40, 61, 19),
        (62, 20, 41),
    ];

    /// <summary>The hash of a password with a new salt.</summary>
    public static string Make(string password) => Make(password, RandomNumberGenerator.GetString(Letters, 16), Rounds);

    /// <summary>The hash with this salt.</summary>
    internal static string Make(string password, string salt, int rounds)
    {
        var (key, seasoning) = (Encoding.UTF8.GetBytes(password), Encoding.ASCII.GetBytes(salt));
        var alternate = SHA512.HashData([.. key, .. seasoning, .. key]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(key);
        hash.AppendData(seasoning);
        hash.AppendData(Repeat(alternate, key.Length));
        for (var bits = key.Length; bits > 0; bits >>= 1)
        {
            hash.AppendData((bits & 1) != 0 ? alternate : key);
        }

        var digest = hash.GetHashAndReset();
        var p = Repeat(SHA512.HashData([.. Enumerable.Repeat(key, key.Length).SelectMany(bytes => bytes)]), key.Length);
        var s = Repeat(SHA512.HashData([.. Enumerable.Repeat(seasoning, 16 + digest[0]).SelectMany(bytes => bytes)]), seasoning.Length);
        for (var round = 0; round < rounds; round++)
        {
            hash.AppendData((round & 1) != 0 ? p : digest);
            hash.AppendData(round % 3 != 0 ? s : []);
            hash.AppendData(round % 7 != 0 ? p : []);
            hash.AppendData((round & 1) != 0 ? digest : p);
            digest = hash.GetHashAndReset();
        }

        return string.Create(CultureInfo.InvariantCulture, $"$6$rounds={rounds}${salt}${Write(digest)}");
    }

    private static byte[] Repeat(byte[] digest, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length; at++)
        {
            bytes[at] = digest[at % Size];
        }

        return bytes;
    }

    private static string Write(byte[] digest)
    {
        var text = new StringBuilder(86);
        foreach (var (high, middle, low) in Order)
        {
            Append(text, (digest[high] << 16) | (digest[middle] << 8) | digest[low], 4);
        }

        Append(text, digest[63], 2);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int value, int letters)
    {
        for (; letters > 0; letters--, value >>= 6)
        {
            text.Append(Letters[value & 0x3f]);
        }
    }
}
