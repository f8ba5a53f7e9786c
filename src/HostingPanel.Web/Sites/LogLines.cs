using System.Net.ServerSentEvents;
using System.Text.Json;
using HostingPanel.Client;
using HostingPanel.Persistence;

namespace HostingPanel.Web.Sites;

/// <summary>Log lines as the worker sends them. Read once; reading to the end or leaving it early ends the request to the worker.</summary>
internal sealed class LogLines : IAsyncEnumerable<LogLine>, IAsyncDisposable
{
    private readonly CancellationTokenSource _ending;
    private readonly bool _follow;
    private ITimer? _watch;
    private volatile bool _isWithdrawn;

    /// <summary>Begins the request.</summary>
    /// <param name="send">Sends it, until cancelled.</param>
    /// <param name="follow">True when the lines have no end of their own: then one that breaks off is just the end.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public LogLines(Func<CancellationToken, Task<HttpResponseMessage>> send, bool follow, CancellationToken cancellationToken)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _follow = follow;
        Response = send(_ending.Token);
    }

    /// <summary>How often it is asked whether the lines may still be read.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(15);

    /// <summary>Ends the lines once whoever reads them may not any more.</summary>
    /// <param name="mayGoOn">Asks.</param>
    /// <param name="time">The clock.</param>
    public void EndUnless(Func<CancellationToken, Task<bool>> mayGoOn, TimeProvider time) =>
        _watch = time.CreateTimer(_ => _ = AskAsync(mayGoOn), null, AskAgain, AskAgain);

    /// <summary>The beginning of the worker's answer.</summary>
    public Task<HttpResponseMessage> Response { get; }

    public async IAsyncEnumerator<LogLine> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var leaving = cancellationToken.Register(_ending.Cancel);
        try
        {
            if (await BeginAsync() is not { } stream)
            {
                yield break;
            }

            await using var lines = SseParser
                .Create(stream, static (_, data) => JsonSerializer.Deserialize<LogLine>(data, PanelJson.Options)!)
                .EnumerateAsync(_ending.Token)
                .GetAsyncEnumerator(_ending.Token);
            while (await IsNextAsync(lines))
            {
                yield return lines.Current.Data;
            }
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        await _ending.CancelAsync();
        try
        {
            (await Response).Dispose();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            // There is no answer to close.
        }

        _ending.Dispose();
    }

    private async Task AskAsync(Func<CancellationToken, Task<bool>> mayGoOn)
    {
        try
        {
            if (!await mayGoOn(_ending.Token))
            {
                _isWithdrawn = true;
                await _ending.CancelAsync();
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException || DatabaseAway.Is(failure))
        {
            // Nobody reads any more, or it is asked again at the next turn.
        }
    }

    private async Task<Stream?> BeginAsync()
    {
        try
        {
            var response = await Response;
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStreamAsync(_ending.Token) : null;
        }
        catch (Exception failure) when (_follow && failure is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private async Task<bool> IsNextAsync(IAsyncEnumerator<SseItem<LogLine>> lines)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (Exception failure) when ((_follow && failure is IOException) || (_isWithdrawn && failure is OperationCanceledException))
        {
            return false;
        }
    }
}
