namespace HostingPanel.Platform;

/// <summary>Why the gateway refused a request.</summary>
public enum TrafficRefusal
{
    /// <summary>For any of the reasons.</summary>
    Any,

    /// <summary>The address is not one of those that may visit.</summary>
    Address,

    /// <summary>The address is shut out for a while.</summary>
    Banned,

    /// <summary>Too many pages for one address.</summary>
    Pages,

    /// <summary>Too many pages for one address at the same time.</summary>
    AtOnce,

    /// <summary>Too many requests for one address, of whatever kind.</summary>
    Requests,

    /// <summary>Too many logins, searches and the like for one address.</summary>
    Expensive,

    /// <summary>A crawler that is refused, or has had its share.</summary>
    Crawler,

    /// <summary>Too many waited in front of the site.</summary>
    Queue,

    /// <summary>Its body is larger than the site takes.</summary>
    Size,
}

/// <summary>What the gateway has refused to one address at one site for one reason.</summary>
/// <param name="Slug">The site.</param>
/// <param name="Reason">Why.</param>
/// <param name="Address">Whom.</param>
/// <param name="Total">Requests since the gateway first did so; it forgets them an hour after the last.</param>
/// <param name="LastHour">Requests within the last hour.</param>
public sealed record RefusalCount(string Slug, TrafficRefusal Reason, string Address, long Total, long LastHour);

/// <summary>Tells what the gateway has refused.</summary>
public interface IGatewayRefusals
{
    /// <summary>All that it remembers; nothing where it can't be asked.</summary>
    Task<IReadOnlyList<RefusalCount>?> ReadAsync(CancellationToken cancellationToken);
}
