namespace HostingPanel.Certificates;

/// <summary>Which names an authority of the world certifies at all.</summary>
internal static class CertificateNames
{
    /// <summary>Names for use at home, in tests and inside (RFC 2606, 6761, 6762, 9476, and ICANN's <c>.internal</c>).</summary>
    private static readonly string[] Inside =
    [
        "localhost",
        "local",
        "localdomain",
        "test",
        "example",
        "invalid",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "home.arpa",
        "alt",
        "onion",
    ];

    /// <summary>True for a name of the world's: no authority of the world certifies another.</summary>
    public static bool IsPublic(string host) =>
        host.Contains('.', StringComparison.Ordinal)
        && !Array.Exists(Inside, name => host == name || host.EndsWith($".{name}", StringComparison.Ordinal));

    /// <summary>True for <c>*.example.org</c>.</summary>
    public static bool IsWildcard(string host) => host.StartsWith("*.", StringComparison.Ordinal);
}
