namespace HostingPanel.Platform;

/// <summary>What the gateway does with the requests for a site.</summary>
public enum RouteMode
{
    /// <summary>Hands them to the site's front service; shows the starting page while that does not answer.</summary>
    Serve,

    /// <summary>Shows the starting page.</summary>
    Starting,

    /// <summary>Shows the stopped page.</summary>
    Stopped,

    /// <summary>Shows the maintenance page: its data are just being exchanged.</summary>
    Maintenance,
}

/// <summary>A host name of a site, and what the gateway does with it.</summary>
/// <param name="Name">In its normal form; <c>*.</c> in front for all names one label below, where no exact name is served.</param>
/// <param name="RedirectTo">The served name of the same site that its visitors are sent to (301); null where the site itself answers.</param>
public sealed record RouteHost(string Name, string? RedirectTo = null)
{
#pragma warning disable CA2225 // A name that the site itself answers to reads best as it is written.
    /// <summary>A name that the site itself answers to.</summary>
    public static implicit operator RouteHost(string name) => new(name);
#pragma warning restore CA2225

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}

/// <summary>The host names of one site and where they lead.</summary>
public sealed record Route
{
    /// <summary>The site's slug: names the route in the gateway's configuration and statistics.</summary>
    public required string Slug { get; init; }

    /// <summary>Its host names.</summary>
    public required IReadOnlyList<RouteHost> Hosts { get; init; }

    /// <summary>What happens with a request.</summary>
    public required RouteMode Mode { get; init; }

    /// <summary>Name of the front service in the engine's DNS.</summary>
    public required string Upstream { get; init; }

    /// <summary>The port it listens on.</summary>
    public required int Port { get; init; }

    /// <summary>What the site's own web server asks for in <c>X-HP-Gateway-Key</c>: letters and digits; empty only while nothing is served.</summary>
    public required string GatewayKey { get; init; }

    /// <summary>Requests at a time that its web server can do; <see cref="SiteTraffic.MaxConcurrent"/> may be less. More wait in the gateway.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>How long the gateway waits for an answer.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Largest request body in bytes.</summary>
    public required long MaxBodyBytes { get; init; }

    /// <summary>What visitors are led to and kept from.</summary>
    public SiteTraffic Traffic { get; init; } = new();
}

/// <summary>By what visitors trust the gateway.</summary>
public sealed record GatewayTrust
{
    /// <summary>Nobody's but its own: self-signed certificates.</summary>
    public static GatewayTrust Own { get; } = new();

    /// <summary>Certificates by host name in the normal form or wildcard: chain and key, as PEM. A name without one has a self-signed one.</summary>
    public IReadOnlyDictionary<string, string> Certificates { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The thumbprint of the panel's ACME account, by which HTTP-01 challenges are answered; null before there is one.</summary>
    public string? AcmeThumbprint { get; init; }
}

/// <summary>The gateway: the one way in from outside.</summary>
public interface IGateway
{
    /// <summary>
    /// Makes the gateway serve exactly these routes (and the panel itself), with these certificates. Unchanged routes cost nothing; a configuration that the
    /// gateway refuses leaves the last good one in force and throws <see cref="PlatformException"/> <c>gateway-refused</c>.
    /// </summary>
    Task ApplyAsync(IReadOnlyList<Route> routes, GatewayTrust trust, CancellationToken cancellationToken);

    /// <summary>Asks for a path by a public host name through the gateway, as a visitor would.</summary>
    Task<ProbeResult> ProbeAsync(string host, string path, CancellationToken cancellationToken);
}

/// <summary>What a probe saw.</summary>
/// <param name="Status">The HTTP status, or null when there was no answer.</param>
/// <param name="Title">The page's <c>title</c>, if it has one.</param>
/// <param name="Error">Why there was no answer.</param>
/// <param name="FromGateway">True when the answer is one of the gateway's own pages.</param>
/// <param name="Page">The beginning of the page, as far as a probe reads; null where the answer is no page.</param>
public sealed record ProbeResult(int? Status, string? Title, string? Error, bool FromGateway, string? Page = null);
