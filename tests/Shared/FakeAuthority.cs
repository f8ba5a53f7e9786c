using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Testing;

/// <summary>Signs whatever it is asked for: a root, an intermediate, and certificates under it.</summary>
internal sealed class FakeAuthority : IDisposable
{
    /// <summary>The directory of one that gives an account only with the right external account binding, and knows nobody from before.</summary>
    public const string Bound = "https://bound.example.org/directory";

    /// <summary>The right one.</summary>
    public const string KeyId = "kid-1";

    /// <summary>The right one, as base64url.</summary>
    public const string BindingKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4";
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

    /// <summary>What <c>hp-acme</c> does where a binding is wanted.</summary>
    public JobResult Answer(ContainerDefinition container, ReadOnlyMemory<byte>? binding) =>
        binding is not { } lines ? Refusal(3, "externalAccountRequired")
        : Encoding.ASCII.GetString(lines.Span) != $"{KeyId}\n{BindingKey}\n" ? Refusal(4, "unauthorized")
        // Where others could read it, it is as good as known.
        : container.Environment.Values.Concat(container.Command ?? []).Any(text => text.Contains(BindingKey, StringComparison.Ordinal))
            ? Refusal(4, "compromised")
        : Answer(container);

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }

    private static JobResult Refusal(int exitCode, string type) =>
        new(
            exitCode,
            [],
            [$"acme: error: 403 :: POST :: https://bound.example.org/new :: urn:ietf:params:acme:error:{type} :: who are you?"]
        );

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
