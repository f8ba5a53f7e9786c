using System.Security.Cryptography;

namespace HostingPanel;

/// <summary>Makes identities.</summary>
internal static class Ids
{
    /// <summary>A time-ordered id (UUID version 7), so that indexes grow at one end.</summary>
    public static Guid New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Ten random lower-case letters and digits: short enough for a Docker name, random enough never to meet twice (51 bits).</summary>
    public static string Short() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10);
}
