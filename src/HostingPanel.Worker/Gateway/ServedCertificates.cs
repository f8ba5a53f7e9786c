using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// The certificates that the gateway loads: a real one for each host name that has one, a file each, and self-signed ones for the rest.
/// </summary>
internal sealed class ServedCertificates(GatewayFiles files, SelfSignedCertificates selfSigned)
{
    private const string Folder = "certs";
    private readonly ConcurrentDictionary<string, string> _written = new(StringComparer.Ordinal);

    /// <summary>Puts all files in place. Returns a text that changes when any certificate does.</summary>
    public async Task<string> EnsureAsync(
        IReadOnlyList<Route> routes,
        PanelRoute panel,
        GatewayTrust trust,
        CancellationToken cancellationToken
    )
    {
        var stamp = new StringBuilder();
        foreach (var (host, pem) in Wanted(routes, panel.Host, trust))
        {
            var (path, hash) = (PathOf(host), Hash(pem));
            // The file may vanish with its volume; what it holds changes only here.
            if (!_written.TryGetValue(path, out var there) || there != hash || !File.Exists(files.PathOf(path)))
            {
                await files.WriteAsync(path, pem, cancellationToken);
                _written[path] = hash;
            }

            stamp.Append(hash);
        }

        // Only now, so that at no moment a name has neither.
        stamp.Append(await selfSigned.EnsureAsync(routes, panel, trust.Certificates, cancellationToken));
        return Hash(stamp.ToString())[..16];
    }

    /// <summary>Removes those of names that have no route any more.</summary>
    public async Task RemoveOthersAsync(
        IReadOnlyList<Route> routes,
        string panelHost,
        GatewayTrust trust,
        CancellationToken cancellationToken
    )
    {
        var wanted = Wanted(routes, panelHost, trust).Select(pair => files.PathOf(PathOf(pair.Host))).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(files.PathOf(Folder), "host-*.pem").Where(path => !wanted.Contains(path)))
        {
            File.Delete(path);
        }

        await selfSigned.RemoveOthersAsync(routes, cancellationToken);
    }

    private static IEnumerable<(string Host, string Pem)> Wanted(IReadOnlyList<Route> routes, string panelHost, GatewayTrust trust) =>
        routes
            .SelectMany(route => route.Hosts.Select(host => host.Name))
            .Append(panelHost)
            .Order(StringComparer.Ordinal)
            .Where(trust.Certificates.ContainsKey)
            .Select(host => (host, trust.Certificates[host]));

    /// <summary>A host may be a wildcard and longer than a file's name: its fingerprint is neither.</summary>
    private static string PathOf(string host) => $"{Folder}/host-{Hash(host)[..32]}.pem";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
