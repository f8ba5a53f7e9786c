using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Tests.Docker;

public sealed class TlsTests
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_sides_prove_who_they_are()
    {
        using var authority = Authority("ours");
        using var server = Issue(authority, "localhost", ServerPurpose);
        using var client = Issue(authority, "panel", ClientPurpose);

        var (version, seen) = await CallAsync(server, new DockerTlsOptions(client, [authority]));

        Assert.Equal("1.41", version);
        Assert.Equal(client.Thumbprint, seen);
    }

    [Fact]
    public async Task Certificates_are_read_from_dockers_own_directory()
    {
        using var authority = Authority("ours");
        using var server = Issue(authority, "localhost", ServerPurpose);
        using var client = Issue(authority, "panel", ClientPurpose);
        var directory = Directory.CreateTempSubdirectory("hpt-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "ca.pem"), authority.ExportCertificatePem(), Token);
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "cert.pem"), client.ExportCertificatePem(), Token);
            using var key = client.GetECDsaPrivateKey()!;
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem(), Token);

            var (version, _) = await CallAsync(server, DockerTlsOptions.FromDirectory(directory.FullName));

            Assert.Equal("1.41", version);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_engine_of_another_authority_is_not_talked_to()
    {
        using var authority = Authority("ours");
        using var stranger = Authority("theirs");
        using var server = Issue(stranger, "localhost", ServerPurpose);
        using var client = Issue(authority, "panel", ClientPurpose);

        await Assert.ThrowsAsync<EngineUnavailableException>(() => CallAsync(server, new DockerTlsOptions(client, [authority])));
    }

    [Fact]
    public async Task An_engine_of_another_name_is_not_talked_to()
    {
        using var authority = Authority("ours");
        using var server = Issue(authority, "elsewhere.example", ServerPurpose);
        using var client = Issue(authority, "panel", ClientPurpose);

        await Assert.ThrowsAsync<EngineUnavailableException>(() => CallAsync(server, new DockerTlsOptions(client, [authority])));
    }

    [Fact]
    public async Task A_client_of_the_same_authority_cannot_play_the_engine()
    {
        using var authority = Authority("ours");
        using var server = Issue(authority, "localhost", ClientPurpose);
        using var client = Issue(authority, "panel", ClientPurpose);

        await Assert.ThrowsAsync<EngineUnavailableException>(() => CallAsync(server, new DockerTlsOptions(client, [authority])));
    }

    [Fact]
    public async Task A_client_certificate_without_its_key_is_refused_beforehand()
    {
        using var authority = Authority("ours");
        using var server = Issue(authority, "localhost", ServerPurpose);
        using var client = Issue(authority, "panel", ClientPurpose);
        using var keyless = X509CertificateLoader.LoadCertificate(client.Export(X509ContentType.Cert));

        await Assert.ThrowsAsync<ArgumentException>(() => CallAsync(server, new DockerTlsOptions(keyless, [authority])));
    }

    [Fact]
    public async Task An_engine_that_refuses_our_certificate_is_an_error_of_the_engine()
    {
        using var authority = Authority("ours");
        using var stranger = Authority("theirs");
        using var server = Issue(authority, "localhost", ServerPurpose);
        using var client = Issue(stranger, "panel", ClientPurpose);

        await Assert.ThrowsAnyAsync<DockerApiException>(() =>
            CallAsync(server, new DockerTlsOptions(client, [authority]), clientAuthority: authority)
        );
    }

    /// <summary>One ping over TLS.</summary>
    /// <returns>The version that came back, and which client certificate the server saw.</returns>
    private static async Task<(string? Version, string? Seen)> CallAsync(
        X509Certificate2 server,
        DockerTlsOptions tls,
        X509Certificate2? clientAuthority = null
    )
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var serving = ServeAsync(listener, server, clientAuthority, stop.Token);
        try
        {
            await using var client = new DockerClient(new DockerClientOptions { Endpoint = new Uri($"tcp://localhost:{port}"), Tls = tls });
            var ping = await client.System.PingAsync(Token);
            await stop.CancelAsync();
            return (ping.ApiVersion?.ToString(), await serving);
        }
        finally
        {
            await stop.CancelAsync();
            await serving;
        }
    }

    /// <summary>Serves one connection after another: a client may try again when one breaks.</summary>
    private static async Task<string?> ServeAsync(
        TcpListener listener,
        X509Certificate2 certificate,
        X509Certificate2? clientAuthority,
        CancellationToken cancellationToken
    )
    {
        string? seen = null;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, presented, _, _) =>
            {
                seen = (presented as X509Certificate2)?.Thumbprint;
                return presented is not null && (clientAuthority is null || presented.Issuer == clientAuthority.Subject);
            },
        };
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var connection = await listener.AcceptTcpClientAsync(cancellationToken);
                await using var tls = new SslStream(connection.GetStream());
                await tls.AuthenticateAsServerAsync(options, cancellationToken);
                while (await FakeCall.ReadAsync(tls, cancellationToken) is { } call)
                {
                    await call.WriteAsync("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK");
                }
            }
            catch (Exception over) when (over is IOException or OperationCanceledException or AuthenticationException)
            {
                // The client did not like us, we did not like it, or the test is over.
            }
        }

        return seen;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(10));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        var serial = Encoding.ASCII.GetBytes(name.PadRight(8)[..8]);
        using var certificate = request.Create(authority, Now.AddHours(-1), Now.AddDays(1), serial);
        return certificate.CopyWithPrivateKey(key);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
