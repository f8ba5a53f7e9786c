using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace HostingPanel.Docker.Transport;

/// <summary>Connections to the engine: over a unix socket, or over TCP with certificates on both sides.</summary>
internal static class EngineHandler
{
    public static (SocketsHttpHandler Handler, Uri BaseAddress) Create(DockerClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.ConnectTimeout,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
            // A followed log has no end: whoever stops reading closes the connection instead of reading on.
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
        };
        return options.Endpoint.Scheme switch
        {
            "unix" => (OverUnixSocket(handler, options.Endpoint), new Uri("http://docker/")),
            "tcp" or "https" when options.Tls is { } tls => (OverTls(handler, tls), SecureAddress(options.Endpoint)),
            "tcp" or "https" => throw new ArgumentException(
                $"The endpoint {options.Endpoint} needs TLS with a client certificate.",
                nameof(options)
            ),
            _ => throw new ArgumentException(
                $"The endpoint {options.Endpoint} is neither unix:///path nor tcp://host:port.",
                nameof(options)
            ),
        };
    }

    private static SocketsHttpHandler OverUnixSocket(SocketsHttpHandler handler, Uri endpoint)
    {
        var address = new UnixDomainSocketEndPoint(endpoint.LocalPath);
        handler.ConnectCallback = (_, cancellationToken) =>
            ConnectAsync(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), address, cancellationToken);
        return handler;
    }

    private static SocketsHttpHandler OverTls(SocketsHttpHandler handler, DockerTlsOptions tls)
    {
        if (!tls.ClientCertificate.HasPrivateKey)
        {
            throw new ArgumentException("The client certificate comes without its private key.", nameof(tls));
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // An engine's private authority publishes no revocation lists.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(tls.CertificateAuthorities);
        // 1.3.6.1.5.5.7.3.1: may stand for a server. A neighbour's client certificate of the same authority may not.
        policy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1"));
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificateContext = SslStreamCertificateContext.Create(
                tls.ClientCertificate,
                additionalCertificates: null,
                offline: true
            ),
        };
        handler.ConnectCallback = (context, cancellationToken) =>
            ConnectAsync(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, context.DnsEndPoint, cancellationToken);
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(Socket socket, EndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new UploadStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Uri SecureAddress(Uri endpoint)
    {
        const int DockerTlsPort = 2376;
        return new UriBuilder("https", endpoint.Host, endpoint.Port > 0 ? endpoint.Port : DockerTlsPort).Uri;
    }
}
