using System.Net;
using System.Net.Sockets;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Startup;

/// <summary>Asks the machine's resolver.</summary>
internal sealed class HostLookup : IHostLookup
{
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
