using HostingPanel.Platform;

namespace HostingPanel.Testing;

/// <summary>For tests that are about routes: no name has a certificate of an authority.</summary>
internal static class UntrustedGateway
{
    public static Task ApplyAsync(this IGateway gateway, IReadOnlyList<Route> routes, CancellationToken cancellationToken) =>
        gateway.ApplyAsync(routes, GatewayTrust.Own, cancellationToken);
}
