using System.Net;
using System.Net.Sockets;

namespace HostingPanel.Cli;

/// <summary>Makes the HTTP client.</summary>
internal static class PanelHttp
{
    public static HttpClient Create(Uri server)
    {
        // Names below .localhost are this machine (RFC 6761, section 6.3), whatever its resolver and its proxy settings say.
        var isLocal = server.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        if (isLocal)
        {
            handler.UseProxy = false;
            handler.ConnectCallback = static async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return new HttpClient(handler);
    }
}
