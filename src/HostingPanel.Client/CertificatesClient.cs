using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary>The certificates of host names, and who is asked for them.</summary>
public sealed class CertificatesClient
{
    private readonly ApiTransport _transport;

    internal CertificatesClient(ApiTransport transport) => _transport = transport;

    /// <summary>Those of all host names, those that need somebody first.</summary>
    public Task<Page<Certificate>> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Certificate>>("certificates", cancellationToken);

    /// <summary>Those of a site's host names.</summary>
    public Task<Page<Certificate>> ListOfSiteAsync(string site, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<Certificate>>($"sites/{Segment(site)}/certificates", cancellationToken);

    /// <summary>Serves a host name with a certificate of one's own.</summary>
    public Task<Accepted> UploadAsync(
        string site,
        string host,
        UploadCertificateRequest request,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<Accepted>(HttpMethod.Put, At(site, host), Json(request), idempotencyKey: null, cancellationToken);

    /// <summary>Takes an uploaded certificate away.</summary>
    public Task<Accepted> ForgetAsync(string site, string host, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(HttpMethod.Delete, At(site, host), content: null, idempotencyKey: null, cancellationToken);

    /// <summary>Serves the panel's own name with a certificate of one's own.</summary>
    public Task<Accepted> UploadForPanelAsync(UploadCertificateRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(HttpMethod.Put, "certificates/panel", Json(request), idempotencyKey: null, cancellationToken);

    /// <summary>Takes the uploaded certificate of the panel's own name away.</summary>
    public Task<Accepted> ForgetForPanelAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Accepted>(HttpMethod.Delete, "certificates/panel", content: null, idempotencyKey: null, cancellationToken);

    /// <summary>Asks an authority for a new certificate of a host name at once.</summary>
    public Task<Accepted> AskAsync(
        string site,
        string host,
        AskForCertificateRequest? request = null,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<Accepted>(
            HttpMethod.Post,
            $"{At(site, host)}/renew",
            Json(request ?? new AskForCertificateRequest()),
            idempotencyKey,
            cancellationToken
        );

    /// <summary>The authorities, the default one first.</summary>
    public Task<Page<CertificateAuthority>> ListAuthoritiesAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<CertificateAuthority>>("certificate-authorities", cancellationToken);

    /// <summary>Adds an authority.</summary>
    public Task<CertificateAuthority> AddAuthorityAsync(
        NewCertificateAuthorityRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<CertificateAuthority>(
            HttpMethod.Post,
            "certificate-authorities",
            Json(request),
            idempotencyKey,
            cancellationToken
        );

    /// <summary>Asks this authority where nothing else is said.</summary>
    public Task<CertificateAuthority> MakeDefaultAsync(
        Guid authority,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<CertificateAuthority>(
            HttpMethod.Post,
            $"certificate-authorities/{authority}/default",
            content: null,
            idempotencyKey,
            cancellationToken
        );

    /// <summary>Tells an authority from now on whose the panel's account is.</summary>
    public Task<CertificateAuthority> BindAuthorityAsync(
        Guid authority,
        AccountBindingRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync<CertificateAuthority>(
            HttpMethod.Put,
            $"certificate-authorities/{authority}/binding",
            Json(request),
            idempotencyKey: null,
            cancellationToken
        );

    /// <summary>Asks an authority for nothing any more.</summary>
    public Task RemoveAuthorityAsync(Guid authority, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"certificate-authorities/{authority}", cancellationToken);

    /// <summary>The accounts at DNS providers.</summary>
    public Task<Page<DnsAccount>> ListDnsAccountsAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Page<DnsAccount>>("dns-accounts", cancellationToken);

    /// <summary>Adds an account at a DNS provider.</summary>
    public Task<DnsAccount> AddDnsAccountAsync(
        NewDnsAccountRequest request,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default
    ) => _transport.SendAsync<DnsAccount>(HttpMethod.Post, "dns-accounts", Json(request), idempotencyKey, cancellationToken);

    /// <summary>Forgets an account at a DNS provider.</summary>
    public Task RemoveDnsAccountAsync(Guid account, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"dns-accounts/{account}", cancellationToken);

    private static string At(string site, string host) => $"sites/{Segment(site)}/domains/{Segment(host)}/certificate";
}
