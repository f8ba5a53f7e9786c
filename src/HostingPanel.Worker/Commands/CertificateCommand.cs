using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HostingPanel.Worker.Commands;

/// <summary>Makes the certificate that the web closes the keys of its cookies with. It goes by standard output into a secret, and nowhere else.</summary>
internal static class CertificateCommand
{
    /// <summary>It only closes keys, for one installation; nobody is to find it expired.</summary>
    private const int LifeYears = 100;

    /// <summary><c>make-web-certificate</c>: certificate and key as PEM. Needs no panel. Null when the arguments are another command's.</summary>
    public static int? Run(string[] args)
    {
        if (args is not ["make-web-certificate"])
        {
            return null;
        }

        Console.Write(Make(TimeProvider.System));
        return 0;
    }

    internal static string Make(TimeProvider time)
    {
        // RSA: the framework closes the keys by XML encryption, which knows nothing else.
        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=HostingPanel web", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment, critical: true));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(LifeYears));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
