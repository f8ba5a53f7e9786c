using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HostingPanel.Accounts;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Security;

/// <summary>The web with a certificate, as <c>./panel up</c> makes one.</summary>
public sealed class CertifiedApp : PanelApp
{
    private readonly string _file = Path.GetTempFileName();

    public CertifiedApp(PostgresFixture postgres)
        : base(postgres)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(_file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_file);
    }

    /// <inheritdoc />
    protected override void Configure(IDictionary<string, string?> settings) => settings["Security:CertificateFile"] = _file;
}

public sealed class WebCertificateTests(CertifiedApp app) : ApiTest<CertifiedApp>(app)
{
    [Fact]
    public async Task Who_only_has_the_database_has_no_key_of_the_web()
    {
        var secrets = App.Services.GetRequiredService<IWebSecrets>();
        var stored = secrets.Protect("a secret"u8, "a factor");
        Assert.Equal("a secret"u8.ToArray(), secrets.TryUnprotect(stored, "a factor"));
        Assert.Null(secrets.TryUnprotect(stored, "another factor"));
        stored[^1] ^= 1;
        Assert.Null(secrets.TryUnprotect(stored, "a factor"));

        var xml = await App.ScalarAsync<string>("SELECT string_agg(xml, '') FROM data_protection_keys");
        Assert.Contains("EncryptedKey", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<value>", xml, StringComparison.Ordinal);
    }
}
