using System.Net;

namespace HostingPanel.Tokens;

/// <summary>From where a token may be used.</summary>
internal static class TokenNetworks
{
    public const int Max = 20;

    /// <summary>A network out of what somebody typed: one address is a network of its own. Null when it is none.</summary>
    public static IPNetwork? Parse(string? text)
    {
        var plain = text?.Trim() ?? string.Empty;
        if (IPAddress.TryParse(plain, out var address))
        {
            address = Plain(address);
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(plain, out var network) ? network : null;
    }

    /// <summary>True when a token with these networks may be used from there.</summary>
    public static bool Allow(IReadOnlyList<string>? networks, string? address) =>
        networks is null or []
        || (IPAddress.TryParse(address, out var from) && networks.Any(text => Parse(text)?.Contains(Plain(from)) == true));

    /// <summary>True when all of a network lies within these.</summary>
    public static bool Cover(IReadOnlyList<string> networks, IPNetwork inner) =>
        networks.Any(text => Parse(text) is { } outer && outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
