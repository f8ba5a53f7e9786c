namespace HostingPanel.Platform;

/// <summary>A request that the gateway has answered for a site.</summary>
/// <param name="Slug">The site.</param>
/// <param name="At">When it began, by the gateway's clock.</param>
/// <param name="Address">From where.</param>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, without the query, which may hold a key.</param>
/// <param name="Status">The status that it was answered with.</param>
/// <param name="Bytes">How many bytes went out.</param>
/// <param name="Milliseconds">How long it took, from its first byte to the last of the answer.</param>
/// <param name="QueueMilliseconds">How long of that it waited for a place at the site.</param>
/// <param name="Agent">What the visitor says it is; null where it says nothing.</param>
/// <param name="Refused">Why the gateway refused it, in its own word; null where the site answered.</param>
public sealed record SeenRequest(
    string Slug,
    DateTimeOffset At,
    string Address,
    string Method,
    string Path,
    int Status,
    long Bytes,
    int Milliseconds,
    int QueueMilliseconds,
    string? Agent,
    string? Refused
);

/// <summary>Takes what the gateway tells of each request. Called for every one, thousands in a second where somebody floods: it must not wait.</summary>
public interface IVisitLog
{
    /// <summary>Counts it, and shows it to whoever watches.</summary>
    void Add(SeenRequest request);

    /// <summary>Writes down what was counted: nobody tells any more, for the worker stops or it is another one's turn. Does not throw.</summary>
    Task SettleAsync(CancellationToken cancellationToken);

    /// <summary>The last requests of a site, and those to come; what a slow reader does not take is left out.</summary>
    IAsyncEnumerable<SeenRequest> WatchAsync(Guid siteId, int tail, bool follow, CancellationToken cancellationToken);
}
