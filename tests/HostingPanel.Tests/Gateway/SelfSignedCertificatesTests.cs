using System.Security.Cryptography.X509Certificates;
using HostingPanel.Worker.Gateway;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Tests.Gateway;

public sealed class SelfSignedCertificatesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly GatewayFiles _files;

    public SelfSignedCertificatesTests()
    {
        _directory.CreateSubdirectory("certs");
        _files = new GatewayFiles(Options.Create(new GatewayOptions { Directory = _directory.FullName }));
    }

    private static readonly Dictionary<string, string> Untrusted = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string SiteFile => Path.Combine(_directory.FullName, "certs", "site-food-bank.pem");

    [Fact]
    public async Task A_certificate_has_the_sites_names_a_key_and_about_a_year()
    {
        await EnsureAsync(Certificates());

        using var certificate = X509Certificate2.CreateFromPemFile(SiteFile);
        Assert.True(certificate.HasPrivateKey);
        Assert.All(Routes.Serve.Hosts, host => Assert.True(certificate.MatchesHostname(host.Name, allowCommonName: false)));
        Assert.False(certificate.MatchesHostname(Routes.Panel.Host));
        Assert.InRange(new DateTimeOffset(certificate.NotAfter) - _time.GetUtcNow(), TimeSpan.FromDays(360), TimeSpan.FromDays(370));
        Assert.True(new DateTimeOffset(certificate.NotBefore) < _time.GetUtcNow());
    }

    [Fact]
    public async Task It_stays_until_thirty_days_before_its_end()
    {
        var first = await EnsureAsync(Certificates());

        _time.Advance(TimeSpan.FromDays(334));
        // Another worker than the one that made it, too.
        Assert.Equal(first, await EnsureAsync(Certificates()));
        _time.Advance(TimeSpan.FromDays(2));
        var second = await EnsureAsync(Certificates());

        Assert.NotEqual(first, second);
        Assert.Equal(second, await EnsureAsync(Certificates()));
    }

    [Fact]
    public async Task It_is_made_anew_for_other_names_and_not_for_another_order_of_them()
    {
        var certificates = Certificates();
        var first = await EnsureAsync(certificates);

        var turned = await certificates.EnsureAsync(
            [Routes.Serve with { Hosts = [.. Routes.Serve.Hosts.Reverse()] }],
            Routes.Panel,
            Untrusted,
            Token
        );
        var other = await certificates.EnsureAsync([Routes.Serve with { Hosts = ["other.localhost"] }], Routes.Panel, Untrusted, Token);

        Assert.Equal(first, turned);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task It_is_made_anew_when_the_file_is_gone_or_damaged()
    {
        var certificates = Certificates();
        await EnsureAsync(certificates);
        File.Delete(SiteFile);
        await EnsureAsync(certificates);
        Assert.True(File.Exists(SiteFile));

        await File.WriteAllTextAsync(SiteFile, "half a certifi", Token);
        await EnsureAsync(Certificates());

        using var certificate = X509Certificate2.CreateFromPemFile(SiteFile);
        Assert.True(certificate.HasPrivateKey);
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_neither_replaced_nor_removed()
    {
        await EnsureAsync(Certificates());
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new CertificateRequest("CN=a real one", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var real = request.CreateSelfSigned(_time.GetUtcNow(), _time.GetUtcNow().AddDays(3));
        var pem = $"{real.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        await File.WriteAllTextAsync(SiteFile, pem, Token);
        var certificates = Certificates();

        await EnsureAsync(certificates);
        await certificates.RemoveOthersAsync([], Token);

        Assert.Equal(pem, await File.ReadAllTextAsync(SiteFile, Token));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private SelfSignedCertificates Certificates() => new(_files, _time);

    private static Task<string> EnsureAsync(SelfSignedCertificates certificates) =>
        certificates.EnsureAsync([Routes.Serve], Routes.Panel, Untrusted, Token);
}
