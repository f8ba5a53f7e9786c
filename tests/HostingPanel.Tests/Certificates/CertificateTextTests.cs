using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HostingPanel.Certificates;

namespace HostingPanel.Tests.Certificates;

/// <summary>Bad input of issue 6: what does not match, has expired or has no chain is refused with the mend.</summary>
public sealed class CertificateTextTests
{
    private const string Host = "www.example.org";
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FakeAuthority Authority = FakeAuthority.Only;

    [Fact]
    public void A_whole_one_is_served_in_order_and_without_its_root()
    {
        var (certificate, key) = Authority.Make(Now.AddDays(-1), Now.AddDays(89), Host, "example.org");
        // As people paste it: in any order, with the root and what else the file has.
        var served = Check($"# my files\n{Authority.Root}\n{Authority.Intermediate}\n\n{certificate}\n", key).Value;
        Assert.Equal($"{certificate}\n{Authority.Intermediate}\n", served.Chain);
        Assert.Equal(("Fake intermediate", Now.AddDays(-1), Now.AddDays(89)), (served.Issuer, served.NotBefore, served.NotAfter));
        using var whole = X509Certificate2.CreateFromPem(served.Chain, Encoding.ASCII.GetString(served.Key));
        Assert.True(whole.HasPrivateKey);
    }

    [Fact]
    public void An_rsa_key_in_its_old_form_is_one_too()
    {
        using var pair = RSA.Create(2048);
        var request = new CertificateRequest("CN=x", pair, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("*.example.org");
        request.CertificateExtensions.Add(names.Build());
        using var signer = ECDsa.Create();
        using var certificate = request.Create(
            new X500DistinguishedName("CN=Fake intermediate"),
            X509SignatureGenerator.CreateForECDsa(signer),
            Now,
            Now.AddDays(9),
            [1]
        );
        var chain = $"{certificate.ExportCertificatePem()}\n{Authority.Intermediate}";
        Assert.Null(Check(chain, pair.ExportRSAPrivateKeyPem()).Problem);
        Assert.Null(CertificateText.Check(chain, pair.ExportPkcs8PrivateKeyPem(), "*.example.org", Now.AddDays(1)).Problem);
        // A wildcard is of one label, and not of itself.
        Refused(
            CertificateText.Check(chain, pair.ExportRSAPrivateKeyPem(), "example.org", Now.AddDays(1)),
            "certificate",
            "It is not for example.org, but for *.example.org."
        );
        Refused(
            CertificateText.Check(chain, pair.ExportRSAPrivateKeyPem(), "a.b.example.org", Now.AddDays(1)),
            "certificate",
            "It is not for a.b.example.org"
        );
    }

    [Fact]
    public void What_visitors_would_be_warned_of_is_refused_with_the_mend()
    {
        var (good, key) = Authority.Make(Now.AddDays(-1), Now.AddDays(89), Host);
        Refused(Check(Authority.Make(Now.AddDays(-9), Now.AddDays(-1), Host)), "certificate", "It has expired on 2026-06-30.");
        Refused(Check(Authority.Make(Now.AddDays(1), Now.AddDays(9), Host)), "certificate", "It does not count before 2026-07-02");
        Refused(
            Check(Authority.Make(Now, Now.AddDays(9), "other.example.org")),
            "certificate",
            $"It is not for {Host}, but for other.example.org."
        );
        Refused(Check(Authority.Make(Now, Now.AddDays(9))), "certificate", "but for no name at all");
        Refused(Check(good, key), "certificate", "The certificate of its issuer, “Fake intermediate”, is missing");
        Refused(Check(good + Authority.Intermediate, Authority.Make(Now, Now.AddDays(9), Host).Key), "key", "This key belongs to none");
    }

    [Fact]
    public void One_that_is_signed_by_itself_is_no_better_than_the_panels_own()
    {
        using var pair = ECDsa.Create();
        var request = new CertificateRequest("CN=me", pair, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        using var own = request.CreateSelfSigned(Now, Now.AddDays(9));
        Refused(Check(own.ExportCertificatePem(), pair.ExportPkcs8PrivateKeyPem()), "certificate", "It is signed by itself");
    }

    [Theory]
    [InlineData("", "certificate", "The certificate is needed")]
    [InlineData("a certificate", "certificate", "There is no certificate in it")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "certificate", "It can't be read")]
    [InlineData(
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "certificate",
        "There is a private key among the certificates"
    )]
    [InlineData("\n$(id)`id`';\0--help", "certificate", "There is no certificate in it")]
    public void What_is_no_certificate_is_told_so(string text, string path, string why) =>
        Refused(Check(text, Authority.Make(Now, Now.AddDays(9), Host).Key), path, why);

    [Theory]
    [InlineData("", "The private key is needed")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "closed with a password")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "It can't be read")]
    [InlineData("no key", "It can't be read")]
    public void What_is_no_key_is_told_so_and_never_repeated(string text, string why)
    {
        var problem = Check(Authority.Make(Now, Now.AddDays(9), Host).Certificate + Authority.Intermediate, text).Problem;
        Assert.Contains(why, Assert.Single(problem!.Errors, error => error.Path == "key").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", problem.Message, StringComparison.Ordinal);
    }

    private static Outcome<ServedCertificate> Check((string Certificate, string Key) made) =>
        Check(made.Certificate + Authority.Intermediate, made.Key);

    private static Outcome<ServedCertificate> Check(string chain, string key) => CertificateText.Check(chain, key, Host, Now);

    private static void Refused(Outcome<ServedCertificate> outcome, string path, string why)
    {
        Assert.NotNull(outcome.Problem);
        Assert.Contains(why, Assert.Single(outcome.Problem.Errors, error => error.Path == path).Message, StringComparison.Ordinal);
    }
}
