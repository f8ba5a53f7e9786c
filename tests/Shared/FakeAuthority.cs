using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Testing;

/// <summary>Signs whatever it is asked for: a root, an intermediate, and certificates under it.</summary>
internal sealed class FakeAuthority : IDisposable
{
    private static readonly Lazy<FakeAuthority> Lazy = new(() => new FakeAuthority());
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;

    public FakeAuthority()
    {
        var (from, until) = (DateTimeOffset.UnixEpoch, new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _root = RequestOf("CN=Fake root", _rootKey).CreateSelfSigned(from, until);
        _intermediate = RequestOf("CN=Fake intermediate", _key).Create(_root, from, until, [2]).CopyWithPrivateKey(_key);
    }

    /// <summary>One for all.</summary>
    public static FakeAuthority Only => Lazy.Value;

    public string Root => _root.ExportCertificatePem();
    public string Intermediate => _intermediate.ExportCertificatePem();

    /// <summary>A certificate for these names with its key, both as PEM.</summary>
    public (string Certificate, string Key) Make(DateTimeOffset from, DateTimeOffset until, params string[] hosts)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            names.AddDnsName(host);
        }

        var request = new CertificateRequest("CN=whoever", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return (Sign(request, from, until), pair.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>What <c>hp-acme</c> does with a signing request: three months.</summary>
    public JobResult Answer(ContainerDefinition container)
    {
        var request = CertificateRequest.LoadSigningRequestPem(
            container.Environment["HP_REQUEST"],
            HashAlgorithmName.SHA256,
            CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions
        );
        var now = TimeProvider.System.GetUtcNow();
        var chain = $"{Sign(request, now.AddHours(-1), now.AddDays(90))}\n{Intermediate}\n";
        return new JobResult(0, ["{\"certificate\":\"" + Convert.ToBase64String(Encoding.ASCII.GetBytes(chain)) + "\"}"], []);
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }

    private string Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset until)
    {
        using var certificate = request.Create(_intermediate, from, until, RandomNumberGenerator.GetBytes(8));
        return certificate.ExportCertificatePem();
    }

    private static CertificateRequest RequestOf(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        return request;
    }
}
