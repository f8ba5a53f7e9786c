using System.Net;

namespace HostingPanel.Platform;

/// <summary>Finds out where names lead.</summary>
public interface IHostLookup
{
    /// <summary>The addresses behind a host name, or the address itself; none when nobody knows it.</summary>
    Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken);
}
