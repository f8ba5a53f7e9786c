using System.Runtime.CompilerServices;
using static HostingPanel.Client.ApiTransport;

namespace HostingPanel.Client;

/// <summary><c>/operations</c>.</summary>
public sealed class OperationsClient
{
    /// <summary>How often a lost event stream is asked for again, with a second between; then the loss is the caller's.</summary>
    private const int MaxReconnects = 60;
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);
    private readonly ApiTransport _transport;

    internal OperationsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Operations, the newest first.</summary>
    /// <param name="site">Only those of this site.</param>
    /// <param name="active">True for only those that have not ended.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cursor">Where the page before ended.</param>
    /// <param name="kind">Only those of this kind; null for all but the runs of scheduled tasks (<c>run-cron</c>).</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Page<Operation>> ListAsync(
        string? site = null,
        bool? active = null,
        int? limit = null,
        string? cursor = null,
        string? kind = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.GetAsync<Page<Operation>>(
            "operations" + Query(("site", site), ("active", active), ("kind", kind), ("limit", limit), ("cursor", cursor)),
            cancellationToken
        );

    /// <summary>One operation.</summary>
    public Task<Operation> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Operation>($"operations/{id}", cancellationToken);

    /// <summary>What its steps wrote, the oldest first; at most 1,000 lines.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="after">The id of the last line that is known.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<OperationLog> ReadLogAsync(Guid id, long? after = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<OperationLog>($"operations/{id}/log" + Query(("after", after)), cancellationToken);

    /// <summary>Each line of its log as it is written, until it has ended.</summary>
    public IAsyncEnumerable<OperationLogLine> FollowLogAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.StreamAsync<OperationLogLine>($"operations/{id}/log" + Query(("follow", true)), cancellationToken);

    /// <summary>Asks an operation to stop and undo.</summary>
    public Task<Operation> CancelAsync(Guid id, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Operation>(HttpMethod.Post, $"operations/{id}/cancel", null, idempotencyKey, cancellationToken);

    /// <summary>
    /// The operation now and after each change, until it has ended. A stream that breaks off is asked for again, so a restart of the
    /// panel goes unnoticed.
    /// </summary>
    public async IAsyncEnumerable<Operation> WatchAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reconnects = 0;
        while (true)
        {
            var stream = _transport.StreamAsync<Operation>($"operations/{id}/events", cancellationToken);
            await using (var events = stream.GetAsyncEnumerator(cancellationToken))
            {
                while (await NextAsync(events, reconnects < MaxReconnects))
                {
                    reconnects = 0;
                    yield return events.Current;
                    if (events.Current.IsFinished)
                    {
                        yield break;
                    }
                }
            }

            reconnects++;
            await Task.Delay(ReconnectDelay, cancellationToken);
        }
    }

    /// <summary>False when the stream ended or broke; a refusal is thrown, unless it says that the panel is just away.</summary>
    private static async Task<bool> NextAsync(IAsyncEnumerator<Operation> events, bool forgive)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception failure)
            when (forgive && failure is HttpRequestException or IOException or PanelApiException { Status: >= 502 and <= 504 })
        {
            return false;
        }
    }
}
