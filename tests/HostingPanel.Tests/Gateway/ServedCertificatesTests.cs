using System.Security.Cryptography.X509Certificates;
using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Gateway;

/// <summary>The files that HAProxy finds among its certificates: of each name the real one, or else the self-signed one, and never both.</summary>
public sealed class ServedCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-");
    private readonly GatewayFiles _files;

    public ServedCertificatesTests()
    {
        _directory.CreateSubdirectory("certs");
        _files = new GatewayFiles(Options.Create(new GatewayOptions { Directory = _directory.FullName }));
    }

    private static readonly string[] Hosts = [.. Routes.Serve.Hosts.Select(host => host.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_with_a_real_certificate_has_no_self_signed_one_beside_it()
    {
        var certificates = Certificates();
        var before = await EnsureAsync(certificates, GatewayTrust.Own);
        Assert.Equal(["panel.pem", "site-food-bank.pem"], Names());

        var first = Hosts[0];
        var some = Trust(first);
        var after = await EnsureAsync(certificates, some);
        Assert.NotEqual(before, after);
        Assert.Equal(
            ["host-", "panel.pem", "site-food-bank.pem"],
            Names().Select(name => name.StartsWith("host-", StringComparison.Ordinal) ? "host-" : name)
        );
        using (var rest = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(PathOf("site-food-bank.pem"), Token)))
        {
            Assert.False(rest.MatchesHostname(first, allowCommonName: false));
            Assert.All(Hosts.Skip(1), host => Assert.True(rest.MatchesHostname(host, allowCommonName: false)));
        }

        // The same again changes nothing; the next certificate of the name does.
        Assert.Equal(after, await EnsureAsync(Certificates(), some));
        Assert.NotEqual(after, await EnsureAsync(certificates, Trust(first)));

        // All of them, the panel's too: nothing self-signed is left.
        await EnsureAsync(certificates, Trust([.. Hosts, Routes.Panel.Host]));
        Assert.All(Names(), name => Assert.StartsWith("host-", name, StringComparison.Ordinal));
        Assert.Equal(Hosts.Length + 1, Names().Count);
    }

    [Fact]
    public async Task What_no_route_names_any_more_goes_and_what_vanished_comes_back()
    {
        var certificates = Certificates();
        var trust = Trust(Hosts);
        await EnsureAsync(certificates, trust);
        File.Delete(PathOf(Names().First(name => name.StartsWith("host-", StringComparison.Ordinal))));
        await EnsureAsync(certificates, trust);
        Assert.Equal(Hosts.Length, Names().Count(name => name.StartsWith("host-", StringComparison.Ordinal)));

        await certificates.RemoveOthersAsync([], Routes.Panel.Host, trust, Token);
        Assert.Equal(["panel.pem"], Names());
    }

    [Fact]
    public void Any_challenge_is_answered_with_its_token_and_the_accounts_thumbprint()
    {
        const string Thumbprint = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";
        var rendered = HaproxyConfig.Render([Routes.Serve], Routes.Panel with { AcmeThumbprint = Thumbprint }).Text;
        Assert.Contains($"lf-string %[path,field(4,/)].{Thumbprint} if is-challenge\n", rendered, StringComparison.Ordinal);
        // Before anything else could answer there, and for every host.
        Assert.True(
            rendered.IndexOf("if is-challenge", StringComparison.Ordinal) < rendered.IndexOf("use_backend", StringComparison.Ordinal)
        );
        Assert.DoesNotContain("is-challenge", HaproxyConfig.Render([Routes.Serve], Routes.Panel).Text, StringComparison.Ordinal);
        Assert.Throws<PlatformException>(() =>
            HaproxyConfig.Render([Routes.Serve], Routes.Panel with { AcmeThumbprint = "x if TRUE\n    http-request deny" })
        );
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private ServedCertificates Certificates() => new(_files, new SelfSignedCertificates(_files, TimeProvider.System));

    private static Task<string> EnsureAsync(ServedCertificates certificates, GatewayTrust trust) =>
        certificates.EnsureAsync([Routes.Serve], Routes.Panel, trust, Token);

    private static GatewayTrust Trust(params string[] hosts) =>
        new()
        {
            Certificates = hosts.ToDictionary(
                host => host,
                host =>
                {
                    var (certificate, key) = FakeAuthority.Only.Make(Now.AddHours(-1), Now.AddDays(90), host);
                    return $"{certificate}\n{key}\n";
                },
                StringComparer.Ordinal
            ),
        };

    private List<string> Names() =>
        [.. Directory.GetFiles(PathOf(string.Empty)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private string PathOf(string name) => Path.Combine(_directory.FullName, "certs", name);
}
