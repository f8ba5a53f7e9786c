using System.Net.ServerSentEvents;
using System.Text.Json;
using HostingPanel.Client;

namespace HostingPanel.Web.Sites;

/// <summary>Log lines as the worker sends them. Read once; reading to the end or leaving it early ends the request to the worker.</summary>
internal sealed class LogLines : IAsyncEnumerable<LogLine>, IAsyncDisposable
{
    private readonly CancellationTokenSource _ending;
    private readonly bool _follow;

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
        catch (IOException) when (_follow)
        {
            return false;
        }
    }
}
