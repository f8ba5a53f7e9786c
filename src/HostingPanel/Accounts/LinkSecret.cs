using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Accounts;

/// <summary>The secret in a one-time link. It has 256 random bits, so a plain hash of it is as good as a slow one.</summary>
internal static class LinkSecret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The only form in which one is stored.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
