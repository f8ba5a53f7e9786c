using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Certificates;

/// <summary>When an authority is asked.</summary>
internal static class CertificateTimes
{
    /// <summary>An authority that says no more than "too often" is left alone for so long.</summary>
    public static readonly TimeSpan RateLimitPause = TimeSpan.FromHours(3);

    /// <summary>
    /// So many names an authority is asked for in an hour at most. Let's Encrypt takes 300 new orders of an account in three hours; what a
    /// person asks for has its place left.
    /// </summary>
    public const int OrdersAnHour = 60;

    /// <summary>Until here nobody has to worry: the next one is there long before.</summary>
    public static readonly TimeSpan Worry = TimeSpan.FromDays(14);

    /// <summary>
    /// With a third of its life left a certificate is renewed, and up to a thirtieth earlier: each name at a time of its own, so that the names
    /// that were certified in one night are not renewed in one night.
    /// </summary>
    public static DateTimeOffset RenewAt(string host, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var life = notAfter - notBefore;
        var share = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(host))) / (double)uint.MaxValue;
        return notAfter - (life / 3) - (life / 30 * share);
    }

    /// <summary>With less than a quarter of its life left the next one should have been there, whatever keeps it.</summary>
    public static bool IsLate(DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now) =>
        notAfter - now < (notAfter - notBefore) / 4;

    /// <summary>
    /// How long it waits after so many failures in a row. Let's Encrypt takes five failed validations of a name in an hour; who mends
    /// something and does not want to wait asks at once.
    /// </summary>
    public static TimeSpan After(int attempts) =>
        attempts switch
        {
            <= 1 => TimeSpan.FromMinutes(15),
            2 => TimeSpan.FromHours(1),
            3 => TimeSpan.FromHours(3),
            4 => TimeSpan.FromHours(8),
            _ => TimeSpan.FromDays(1),
        };
}
