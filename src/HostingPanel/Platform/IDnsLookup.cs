namespace HostingPanel.Platform;

/// <summary>Asks the name servers that this machine uses. Each question is bounded in time.</summary>
public interface IDnsLookup
{
    /// <summary>The addresses of a name, IPv4 and IPv6, as text.</summary>
    Task<DnsFinding> FindAddressesAsync(string host, CancellationToken cancellationToken);

    /// <summary>The texts (TXT) of a name.</summary>
    Task<DnsFinding> FindTextsAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a zone's own name servers are known from here, and every one of them answers for it: then it can be seen from here when they
    /// all have a new entry.
    /// </summary>
    Task<bool> CanSeeZoneAsync(string zone, CancellationToken cancellationToken);
}

/// <summary>An answer.</summary>
/// <param name="Values">What there is; none when there is nothing of the kind.</param>
/// <param name="Fault">Why nobody could tell; null when somebody did.</param>
public sealed record DnsFinding(IReadOnlyList<string> Values, string? Fault = null);
