namespace HostingPanel.Certificates;

/// <summary>How a host name stands with its certificate.</summary>
public enum CertificateState
{
    /// <summary>Nobody is asked for one: the name is none of the world's, or there is no authority to ask. It has the self-signed one.</summary>
    None,

    /// <summary>One is about to be asked for.</summary>
    Waiting,

    /// <summary>One is being asked for.</summary>
    Asking,

    /// <summary>It has one that counts.</summary>
    Good,

    /// <summary>It has one that counts, but the next one should have been there by now.</summary>
    RunningOut,

    /// <summary>It has none that counts, and asking for one has failed.</summary>
    Failing,
}

/// <summary>The certificate of a host name.</summary>
/// <param name="Host">The name.</param>
/// <param name="Site">The slug of whose it is; null for the panel's own.</param>
/// <param name="State">How it stands.</param>
/// <param name="Words">The same for people, with what to do where there is something to do.</param>
/// <param name="Source">Where the present one came from; null while there is none.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="NotBefore">From when it counts.</param>
/// <param name="NotAfter">Until when it counts.</param>
/// <param name="RenewAt">When the next one is asked for; null where nobody asks by itself.</param>
/// <param name="Authority">Who is asked; null when there is nobody.</param>
/// <param name="TriedAt">When somebody was last asked.</param>
/// <param name="NextAttemptAt">When somebody is asked again after a failure: not before the next one is due. Null where nobody asks by itself.</param>
/// <param name="ProblemCode">Why the last attempt failed, a stable word.</param>
/// <param name="Problem">The same for people, with the mend.</param>
/// <param name="OperationId">The operation that asks now.</param>
public sealed record CertificateView(
    string Host,
    string? Site,
    CertificateState State,
    string Words,
    CertificateSource? Source,
    string? Issuer,
    DateTimeOffset? NotBefore,
    DateTimeOffset? NotAfter,
    DateTimeOffset? RenewAt,
    string? Authority,
    DateTimeOffset? TriedAt,
    DateTimeOffset? NextAttemptAt,
    string? ProblemCode,
    string? Problem,
    Guid? OperationId
);

/// <summary>An authority.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Directory">The address of its ACME directory.</param>
/// <param name="Email">Whom it writes to.</param>
/// <param name="IsDefault">True for the one that is asked where nothing else is said.</param>
/// <param name="IsPrivate">True for one of one's own, which certifies names that the world does not know, too.</param>
/// <param name="Certificates">How many host names have a certificate of an authority and name this one, or none while it is the default.</param>
/// <param name="PausedUntil">It is asked for nothing before.</param>
/// <param name="PausedWhy">What it said.</param>
/// <param name="BindingKeyId">The key id of its external account binding; null when it is told none. The key is never shown.</param>
public sealed record CertificateAuthorityView(
    Guid Id,
    string Name,
    string Directory,
    string Email,
    bool IsDefault,
    bool IsPrivate,
    int Certificates,
    DateTimeOffset? PausedUntil,
    string? PausedWhy,
    string? BindingKeyId
);

/// <summary>An account at a DNS provider. Its credentials are never shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Provider">The provider, in lego's spelling.</param>
/// <param name="Zones">The zones that it writes to.</param>
/// <param name="CreatedAt">Since when it is there.</param>
public sealed record DnsAccountView(Guid Id, string Provider, IReadOnlyList<string> Zones, DateTimeOffset CreatedAt);
