using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HostingPanel.Certificates;

/// <summary>A certificate with its key that may be served.</summary>
/// <param name="Chain">It and those of its issuers, without the root, as PEM.</param>
/// <param name="Key">Its private key as PEM (PKCS 8).</param>
/// <param name="Issuer">Who signed it, for people.</param>
/// <param name="NotBefore">From when it counts.</param>
/// <param name="NotAfter">Until when.</param>
internal sealed record ServedCertificate(string Chain, byte[] Key, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

/// <summary>Reads certificates and keys as people have them, and says what is wrong with them before a visitor's browser does.</summary>
internal static class CertificateText
{
    private const int MaxLength = 64 * 1024;
    private const int LeastRsaBits = 2048;

    /// <summary>Path of the chain in a request.</summary>
    public const string ChainPath = "certificate";

    /// <summary>Path of the key in a request.</summary>
    public const string KeyPath = "key";

    /// <summary>What may be served for this host, or everything that is wrong with it.</summary>
    /// <param name="chain">The certificate and those of its issuers in any order, as PEM.</param>
    /// <param name="key">The private key, as PEM.</param>
    /// <param name="host">The name that it is for, or a wildcard.</param>
    /// <param name="now">The present.</param>
    /// <param name="asksForIssuers">False for what an authority has just given: it knows what browsers know.</param>
    public static Outcome<ServedCertificate> Check(string? chain, string? key, string host, DateTimeOffset now, bool asksForIssuers = true)
    {
        if (!ReadKey(key).TryGet(out var pair, out var faultyKey))
        {
            return faultyKey;
        }

        using (pair)
        {
            if (!ReadChain(chain).TryGet(out var all, out var faultyChain))
            {
                return faultyChain;
            }

            var publicKey = pair.ExportSubjectPublicKeyInfo();
            var leaf = all.FirstOrDefault(one => one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey));
            return leaf is null
                    ? Problem.Invalid(
                        KeyPath,
                        "This key belongs to none of these certificates. Take the key that the certificate was requested with."
                    )
                : Check(leaf, all, host, now, asksForIssuers) is { } problem ? problem
                : new ServedCertificate(
                    Order(leaf, all),
                    Encoding.ASCII.GetBytes(pair.ExportPkcs8PrivateKeyPem() + "\n"),
                    IssuerOf(leaf),
                    From(leaf),
                    Until(leaf)
                );
        }
    }

    private static Problem? Check(
        X509Certificate2 leaf,
        IReadOnlyList<X509Certificate2> all,
        string host,
        DateTimeOffset now,
        bool asksForIssuers
    ) =>
        Until(leaf) <= now ? Invalid($"It has expired on {Until(leaf):yyyy-MM-dd}. Get a new one from who gave it.")
        : From(leaf) > now ? Invalid($"It does not count before {From(leaf):yyyy-MM-dd HH:mm} UTC. Come back then.")
        : !Covers(leaf, host)
            ? Invalid(
                $"It is not for {host}, but for {string.Join(", ", NamesOf(leaf).DefaultIfEmpty("no name at all"))}. Get one that names {host}."
            )
        : leaf.GetRSAPublicKey() is { KeySize: < LeastRsaBits }
            ? Invalid($"Its key has fewer than {LeastRsaBits} bits: browsers refuse it.")
        : !asksForIssuers ? null
        : leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
            ? Invalid(
                "It is signed by itself, which browsers trust no more than the one that is there without it. Get one from an authority."
            )
        : IsIssuerThere(leaf, all) ? null
        : Invalid(
            $"The certificate of its issuer, “{IssuerOf(leaf)}”, is missing: many browsers would refuse the site. Add the chain that the authority gave with it, often called “chain” or “CA bundle”."
        );

    private static DateTimeOffset From(X509Certificate2 certificate) => new(certificate.NotBefore.ToUniversalTime());

    private static DateTimeOffset Until(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    /// <summary>The names that a certificate is for.</summary>
    public static IEnumerable<string> NamesOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames());

    private static bool Covers(X509Certificate2 certificate, string host) =>
        CertificateNames.IsWildcard(host)
            ? NamesOf(certificate).Contains(host, StringComparer.OrdinalIgnoreCase)
            : certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false);

    private static string IssuerOf(X509Certificate2 certificate)
    {
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        var readable = new string([.. name.Where(letter => !char.IsControl(letter))]);
        return readable.Length > 200 ? readable[..200] : readable;
    }

    private static bool IsIssuerThere(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> all)
    {
        if (all.Any(other => !ReferenceEquals(other, leaf) && IsIssuedBy(leaf, other)))
        {
            return true;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.Build(leaf);
        return chain.ChainStatus.All(status => status.Status != X509ChainStatusFlags.PartialChain);
    }

    private static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 issuer) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData);

    /// <summary>The leaf, then each one's issuer; roots are left out, for who trusts them has them.</summary>
    private static string Order(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> all)
    {
        var text = new StringBuilder();
        var left = all.Where(one => !ReferenceEquals(one, leaf)).ToList();
        for (X509Certificate2? next = leaf; next is not null; )
        {
            text.Append(next.ExportCertificatePem()).Append('\n');
            var present = next;
            next = left.Find(one => IsIssuedBy(present, one) && !IsIssuedBy(one, one));
            if (next is not null)
            {
                left.Remove(next);
            }
        }

        return text.ToString();
    }

    private static Outcome<IReadOnlyList<X509Certificate2>> ReadChain(string? chain)
    {
        if (string.IsNullOrWhiteSpace(chain) || chain.Length > MaxLength)
        {
            return Invalid("The certificate is needed, as text that begins with -----BEGIN CERTIFICATE-----.");
        }

        if (chain.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return Invalid("There is a private key among the certificates. It belongs into its own field.");
        }

        var found = new X509Certificate2Collection();
        try
        {
            // Files that were put together often have no line's end between.
            found.ImportFromPem(chain.Replace("----------BEGIN", "-----\n-----BEGIN", StringComparison.Ordinal));
        }
        catch (CryptographicException)
        {
            return Invalid("It can't be read as certificates in PEM. Copy all of the file, with the lines -----BEGIN and -----END.");
        }

        return found.Count == 0
            ? Invalid("There is no certificate in it. It begins with -----BEGIN CERTIFICATE-----.")
            : new Outcome<IReadOnlyList<X509Certificate2>>([.. found]);
    }

    private static Outcome<AsymmetricAlgorithm> ReadKey(string? key)
    {
        if (string.IsNullOrWhiteSpace(key) || key.Length > MaxLength)
        {
            return Problem.Invalid(KeyPath, "The private key is needed, as text that begins with -----BEGIN PRIVATE KEY-----.");
        }

        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            return Problem.Invalid(
                KeyPath,
                "The key is closed with a password, which the gateway does not know. Open it first: openssl pkey -in closed.key -out open.key"
            );
        }

        return (TryRead(ECDsa.Create(), key) ?? TryRead(RSA.Create(), key)) is { } pair
            ? pair
            : Problem.Invalid(
                KeyPath,
                "It can't be read as an RSA or ECDSA key in PEM. Copy all of the file, with the lines -----BEGIN and -----END."
            );
    }

    private static AsymmetricAlgorithm? TryRead(AsymmetricAlgorithm into, string key)
    {
        try
        {
            into.ImportFromPem(key);
            return into;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            into.Dispose();
            return null;
        }
    }

    private static Problem Invalid(string message) => Problem.Invalid(ChainPath, message);
}
