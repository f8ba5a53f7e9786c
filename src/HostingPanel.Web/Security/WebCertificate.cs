using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;

namespace HostingPanel.Web.Security;

/// <summary>
/// The certificate that the web's keys are closed with before they are written to the database: who only has the database, or a backup of
/// it, can't forge a session and can't read a second factor. It comes from a secret of the swarm.
/// </summary>
internal static class WebCertificate
{
    /// <summary>The setting that names the file: certificate and key as PEM. Without one the keys lie in the database as they are.</summary>
    public const string Setting = "Security:CertificateFile";

    public static void AddWebCertificate(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } file)
        {
            var certificate = Read(file);
            services.AddDataProtection().ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }
    }

    private static X509Certificate2 Read(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            return X509Certificate2.CreateFromPem(text, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException(
                $"{Setting}: the certificate and its key can't be read from {file}; PEM was expected.",
                failure
            );
        }
    }
}
