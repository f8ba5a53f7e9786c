using System.Data.Common;
using System.Net.Sockets;
using HostingPanel.Platform;

namespace HostingPanel.Persistence;

/// <summary>Tells a database that does not answer from a fault of ours.</summary>
public static class DatabaseAway
{
    /// <summary>True when the exception, or what caused it, came from the connection to PostgreSQL or from waiting for one.</summary>
    public static bool Is(Exception? failure)
    {
        if (failure is PlatformException)
        {
            // It says of itself whose fault it is: the engine's or the gateway's, which time out as well.
            return false;
        }

        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { IsTransient: true } or TimeoutException || (cause is DbException && HasSocketCause(cause)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasSocketCause(Exception failure)
    {
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException or IOException)
            {
                return true;
            }
        }

        return false;
    }
}
