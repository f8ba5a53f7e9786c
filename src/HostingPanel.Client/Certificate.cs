namespace HostingPanel.Client;

/// <summary>How a host name stands with its certificate.</summary>
public enum CertificateState
{
    /// <summary>Nobody is asked for one; it has the panel's self-signed one.</summary>
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

/// <summary>Where a certificate came from.</summary>
public enum CertificateSource
{
    /// <summary>An authority gave it, and gives the next one in time.</summary>
    Authority,

    /// <summary>Somebody uploaded it, and renews it.</summary>
    Uploaded,
}

/// <summary>Why asking for a certificate failed.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Message">The same for people, with the mend.</param>
public sealed record CertificateFault(string Code, string Message);

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
/// <param name="Fault">Why the last attempt failed; null when it did not.</param>
/// <param name="Operation">The operation that asks now.</param>
public sealed record Certificate(
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
    CertificateFault? Fault,
    Guid? Operation
);

/// <summary>A certificate that somebody brings.</summary>
/// <param name="Certificate">It and those of its issuers, as PEM, in any order.</param>
/// <param name="Key">Its private key, as PEM, without a password. Never shown again.</param>
public sealed record UploadCertificateRequest(string? Certificate, string? Key);

/// <summary>Asking for a certificate now.</summary>
/// <param name="Authority">Who is to be asked from now on; null for whoever is asked now.</param>
public sealed record AskForCertificateRequest(Guid? Authority = null);

/// <summary>Somebody who gives certificates by ACME.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Directory">The address of its ACME directory.</param>
/// <param name="Email">Whom it writes to.</param>
/// <param name="Default">True for the one that is asked where nothing else is said.</param>
/// <param name="Private">True for one of one's own, which certifies names that the world does not know, too.</param>
/// <param name="Certificates">How many host names have a certificate that it renews.</param>
/// <param name="PausedUntil">It was asked too often, and is asked for nothing before.</param>
/// <param name="PausedWhy">What it said.</param>
/// <param name="BindingKeyId">The key id of its external account binding; null when it is told none. The key is never shown.</param>
public sealed record CertificateAuthority(
    Guid Id,
    string Name,
    string Directory,
    string Email,
    bool Default,
    bool Private,
    int Certificates,
    DateTimeOffset? PausedUntil,
    string? PausedWhy,
    string? BindingKeyId = null
);

/// <summary>An authority that is to be asked.</summary>
/// <param name="Name">As people call it; unique.</param>
/// <param name="Directory">The address of its ACME directory; https.</param>
/// <param name="Email">Whom it writes to.</param>
/// <param name="Roots">The roots by which its own address is trusted, as PEM, for an authority of one's own.</param>
/// <param name="Default">True to ask it where nothing else is said; the first one is asked in any case.</param>
/// <param name="Binding">By what it knows whose the panel's account is, for one that wants to.</param>
public sealed record NewCertificateAuthorityRequest(
    string? Name,
    string? Directory,
    string? Email,
    string? Roots = null,
    bool? Default = null,
    AccountBindingRequest? Binding = null
);

/// <summary>An external account binding (RFC 8555, section 7.3.4), which some authorities want before they give an account.</summary>
/// <param name="KeyId">What the authority calls the key by.</param>
/// <param name="Key">The key (HMAC), as base64url. It is sealed for the worker and never shown again.</param>
public sealed record AccountBindingRequest(string? KeyId, string? Key);

/// <summary>An account at a DNS provider, by which names of its zones are validated. Its credentials are never shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Provider">The provider, in lego's spelling.</param>
/// <param name="Zones">The zones that it writes to.</param>
/// <param name="CreatedAt">Since when it is there.</param>
public sealed record DnsAccount(Guid Id, string Provider, IReadOnlyList<string> Zones, DateTimeOffset CreatedAt);

/// <summary>A new account at a DNS provider.</summary>
/// <param name="Provider">The provider, in lego's spelling, such as <c>cloudflare</c> or <c>rfc2136</c>.</param>
/// <param name="Zones">The zones that it may write to.</param>
/// <param name="Credentials">What lego asks for with it, by the names of its documentation, such as <c>CLOUDFLARE_DNS_API_TOKEN</c>.</param>
public sealed record NewDnsAccountRequest(string? Provider, IReadOnlyList<string>? Zones, IReadOnlyDictionary<string, string>? Credentials);
