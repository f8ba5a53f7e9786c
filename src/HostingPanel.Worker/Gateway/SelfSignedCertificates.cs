using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// A self-signed certificate for each site and for the panel, so that HTTPS answers at once. One each, for a shared one would tell every
/// visitor the names of all sites. A certificate that was not made here is left alone.
/// </summary>
internal sealed class SelfSignedCertificates(GatewayFiles files, TimeProvider time)
{
    private const string Maker = "HostingPanel self-signed";
    private const string Folder = "certs";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>A good year; what is made anew before has this left.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Makes what is missing, due or for other names, and takes away what nobody needs beside a real one, for HAProxy might give it to visitors.
    /// Returns a text that changes when any certificate does.
    /// </summary>
    public async Task<string> EnsureAsync(
        IReadOnlyList<Route> routes,
        PanelRoute panel,
        IReadOnlyDictionary<string, string> trusted,
        CancellationToken cancellationToken
    )
    {
        var stamp = new StringBuilder();
        stamp.Append(await EnsureAsync("panel", Untrusted([panel.Host]), cancellationToken));
        foreach (var route in routes.Where(route => route.Hosts.Count > 0).OrderBy(route => route.Slug, StringComparer.Ordinal))
        {
            stamp.Append(await EnsureAsync(FileOf(route), Untrusted(route.Hosts.Select(host => host.Name)), cancellationToken));
        }

        List<string> Untrusted(IEnumerable<string> hosts) => [.. hosts.Where(host => !trusted.ContainsKey(host))];

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(stamp.ToString())))[..16];
    }

    /// <summary>Removes those of sites that have no route any more.</summary>
    public async Task RemoveOthersAsync(IReadOnlyList<Route> routes, CancellationToken cancellationToken)
    {
        var wanted = routes.Select(FileOf).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(files.PathOf(Folder), "site-*.pem"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (!wanted.Contains(name) && await ReadAsync(name, cancellationToken) is { Ours: true })
            {
                File.Delete(path);
                _known.TryRemove(name, out _);
            }
        }
    }

    private static string FileOf(Route route) => $"site-{route.Slug}";

    private static string PathOf(string name) => $"{Folder}/{name}.pem";

    private async Task<string> EnsureAsync(string name, IReadOnlyList<string> hosts, CancellationToken cancellationToken)
    {
        if (hosts.Count == 0)
        {
            if (await ReadAsync(name, cancellationToken) is { Ours: true })
            {
                files.Remove(PathOf(name));
            }

            _known.TryRemove(name, out _);
            return string.Empty;
        }

        // The file may vanish with its volume; what it holds changes only here.
        if (!_known.TryGetValue(name, out var known) || !File.Exists(files.PathOf(PathOf(name))))
        {
            known = await ReadAsync(name, cancellationToken);
        }

        if (known is null || (known.Ours && (known.NotAfter - time.GetUtcNow() < Renewal || !known.Hosts.SetEquals(hosts))))
        {
            var (pem, made) = Make(name, hosts);
            await files.WriteAsync(PathOf(name), pem, cancellationToken);
            known = made;
        }

        _known[name] = known;
        return known.Thumbprint;
    }

    private async Task<Known?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (await files.ReadAsync(PathOf(name), cancellationToken) is not { } pem)
        {
            return null;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return Describe(certificate);
        }
        catch (CryptographicException)
        {
            // The gateway could not load it either.
            return null;
        }
    }

    private (string Pem, Known Known) Make(string name, IReadOnlyList<string> hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName(Maker);
        subject.AddCommonName(name);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        // A day back, for visitors whose clock is behind.
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
        return ($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", Describe(certificate));
    }

    private static Known Describe(X509Certificate2 certificate) =>
        new(
            certificate.Issuer == certificate.Subject && certificate.Subject.Contains($"O={Maker}", StringComparison.Ordinal),
            certificate
                .Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(extension => extension.EnumerateDnsNames())
                .ToHashSet(StringComparer.Ordinal),
            new DateTimeOffset(certificate.NotAfter),
            certificate.Thumbprint
        );

    private sealed record Known(bool Ours, HashSet<string> Hosts, DateTimeOffset NotAfter, string Thumbprint);
}
