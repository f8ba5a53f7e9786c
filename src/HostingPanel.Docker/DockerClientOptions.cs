using System.Security.Cryptography.X509Certificates;

namespace HostingPanel.Docker;

/// <summary>Where the engine listens and how it is reached.</summary>
public sealed record DockerClientOptions
{
    /// <summary>
    /// <c>unix:///path/to/docker.sock</c> or <c>tcp://host:2376</c>. A TCP endpoint needs <see cref="Tls"/>: an engine that listens
    /// without client certificates gives root to whoever can connect, so this client has no way to speak to one.
    /// </summary>
    public Uri Endpoint { get; init; } = new("unix:///var/run/docker.sock");

    /// <summary>Certificates for a TCP endpoint; not used on a unix socket.</summary>
    public DockerTlsOptions? Tls { get; init; }

    /// <summary>
    /// How long a call that answers at once (an inspect, a list, a create) may take before it counts as
    /// <see cref="EngineConnectionLostException"/>. Calls that stream or wait (logs, events, builds, pulls, waits, archives, disk usage)
    /// are bounded only by their cancellation token.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long connecting may take before it counts as <see cref="EngineUnavailableException"/>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock the time-outs are measured with.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>Both sides of mutual TLS with an engine.</summary>
/// <param name="ClientCertificate">What we show the engine; must have its private key.</param>
/// <param name="CertificateAuthorities">The only authorities whose word we take for the engine's certificate.</param>
public sealed record DockerTlsOptions(X509Certificate2 ClientCertificate, X509Certificate2Collection CertificateAuthorities)
{
    /// <summary>Reads the three PEM files that Docker's own tools keep in a certificate directory: ca.pem, cert.pem, key.pem.</summary>
    /// <exception cref="IOException">A file is missing or can't be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds no certificate, or the key does not fit.</exception>
    public static DockerTlsOptions FromDirectory(string directory)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Path.Combine(directory, "ca.pem"));
        return new DockerTlsOptions(
            X509Certificate2.CreateFromPemFile(Path.Combine(directory, "cert.pem"), Path.Combine(directory, "key.pem")),
            authorities
        );
    }
}
