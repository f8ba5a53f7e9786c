using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>HTTPS and web sockets.</summary>
[Collection(GatewayTests.Name)]
public sealed class SecureTests(GatewayFixture fixture)
{
    private static readonly Route Alpha = GatewayFixture.Site("alpha") with { Hosts = ["alpha.gateway.test", "www.alpha.test"] };
    private static readonly Route Beta = GatewayFixture.Site("beta");

    /// <summary>By its number, for its name is obsolete.</summary>
    private const SslProtocols Tls11 = (SslProtocols)768;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_site_has_a_certificate_for_its_own_names_and_for_no_others()
    {
        await ApplyAsync(Alpha, Beta);

        Assert.Equal(["alpha.gateway.test", "www.alpha.test"], await NamesAsync("alpha.gateway.test"));
        Assert.Equal(["alpha.gateway.test", "www.alpha.test"], await NamesAsync("www.alpha.test"));
        Assert.Equal(["beta.gateway.test"], await NamesAsync("beta.gateway.test"));
        Assert.Equal([GatewayFixture.PanelHost], await NamesAsync(GatewayFixture.PanelHost));
        Assert.DoesNotContain(await NamesAsync("nobody.gateway.test"), name => name.EndsWith(".test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Over_TLS_a_site_answers_in_HTTP_2_and_knows_that_it_was_asked_so()
    {
        await ApplyAsync(Alpha);
        using var client = fixture.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://alpha.gateway.test/secure")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
        var seen = fixture.Sites.Seen[^1];
        Assert.Equal(("https", "alpha.gateway.test"), (seen.Headers["X-Forwarded-Proto"], seen.Host));
    }

    [Fact]
    public async Task Old_TLS_is_refused()
    {
        await ApplyAsync(Alpha);

        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync("alpha.gateway.test", Tls11));
    }

    [Theory]
    [InlineData("ws", 1)]
    [InlineData("wss", 1)]
    [InlineData("wss", 2)]
    public async Task A_web_socket_passes(string scheme, int version)
    {
        await ApplyAsync(Alpha);
        using var client = fixture.Client();
        using var socket = await ConnectAsync(client, scheme, version);

        Assert.Equal("hello", await SayAsync(socket, "hello"));
    }

    [Fact]
    public async Task A_web_socket_outlives_reloads()
    {
        await ApplyAsync(Alpha);
        using var client = fixture.Client();
        using var socket = await ConnectAsync(client, "wss", 1);
        Assert.Equal("before", await SayAsync(socket, "before"));

        await ApplyAsync(Alpha, Beta);
        await ApplyAsync(Beta);

        Assert.Equal("after", await SayAsync(socket, "after"));
    }

    private static async Task<ClientWebSocket> ConnectAsync(HttpClient client, string scheme, int version)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"{scheme}://alpha.gateway.test/socket"), client, Token);
        return socket;
    }

    private static async Task<string> SayAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Token);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Token);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string host)
    {
        using var certificate = await HandshakeAsync(host, SslProtocols.None);
        return
        [
            .. certificate
                .Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(extension => extension.EnumerateDnsNames())
                .Order(StringComparer.Ordinal),
        ];
    }

    private async Task<X509Certificate2> HandshakeAsync(string host, SslProtocols protocols)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(fixture.Address), 443, Token);
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
            },
            Token
        );
        return new X509Certificate2(stream.RemoteCertificate!);
    }

    private async Task ApplyAsync(params Route[] routes)
    {
        fixture.Require();
        await fixture.Gateway().ApplyAsync(routes, Token);
    }
}
