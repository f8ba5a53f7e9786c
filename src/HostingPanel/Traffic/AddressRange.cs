using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HostingPanel.Traffic;

/// <summary>Networks in their normal form: address and number of bits, the rest of the bits 0, version 4 as such.</summary>
internal static class AddressRange
{
    /// <summary>Loopback, “this host”, links, groups of receivers, and examples (RFC 6890): no visitor's packets come from there.</summary>
    private static readonly IPNetwork[] Nobodys =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("::/127"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("2001:db8::/32"),
    ];

    /// <summary>The normal form of an address or a network, or null for what is none.</summary>
    public static string? Normalise(string text)
    {
        var parts = text.Trim().Split('/');
        if (
            parts.Length > 2
            || parts[0].Contains('%', StringComparison.Ordinal)
            || !IsPlain(parts[0])
            || !IPAddress.TryParse(parts[0], out var address)
        )
        {
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            if (prefix < 96)
            {
                return null;
            }

            (address, prefix) = (address.MapToIPv4(), prefix - 96);
        }

        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{prefix}");
    }

    /// <summary>True for a network that no visitor comes from; false for what is no network.</summary>
    public static bool IsNobodys(string network) =>
        IPNetwork.TryParse(network, out var range)
        && Nobodys.Any(nobodys =>
            nobodys.BaseAddress.AddressFamily == range.BaseAddress.AddressFamily
            && nobodys.PrefixLength <= range.PrefixLength
            && nobodys.Contains(range.BaseAddress)
        );

    /// <summary>Whether an address belongs to one of the networks.</summary>
    public static bool Contains(IReadOnlyList<string> networks, string address) =>
        IPAddress.TryParse(address, out var known)
        && (known.IsIPv4MappedToIPv6 ? known.MapToIPv4() : known) is var plain
        && networks.Any(network => IPNetwork.TryParse(network, out var range) && range.Contains(plain));

    /// <summary>Four numbers or hexadecimal groups: .NET reads 1, 0x7f.1 and 010.0.0.1 as addresses, too, and HAProxy as others.</summary>
    private static bool IsPlain(string text) =>
        text.Contains(':', StringComparison.Ordinal)
        || (
            text.Split('.') is { Length: 4 } numbers
            && numbers.All(number =>
                number.Length is > 0 and <= 3 && number.All(char.IsAsciiDigit) && (number.Length == 1 || number[0] != '0')
            )
        );
}
