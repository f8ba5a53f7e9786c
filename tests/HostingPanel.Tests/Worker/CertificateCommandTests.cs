using System.Security.Cryptography.X509Certificates;
using HostingPanel.Worker.Commands;

namespace HostingPanel.Tests.Worker;

public sealed class CertificateCommandTests
{
    [Fact]
    public void The_webs_certificate_has_its_key_and_does_not_end()
    {
        var text = CertificateCommand.Make(TimeProvider.System);
        using var certificate = X509Certificate2.CreateFromPem(text, text);
        Assert.True(certificate.HasPrivateKey);
        Assert.True(certificate.NotAfter.ToUniversalTime() > TimeProvider.System.GetUtcNow().AddYears(50).UtcDateTime);
        Assert.NotEqual(text, CertificateCommand.Make(TimeProvider.System));
    }

    [Fact]
    public void Only_this_command_makes_one() => Assert.Null(CertificateCommand.Run(["setup-link"]));
}
