using System.Text.Json;
using HostingPanel.Access;
using HostingPanel.Client;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Api;

/// <summary>Writes server-sent events.</summary>
internal sealed class EventStreams(IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>
    /// How often a silent stream says that it lives, which keeps the gateway from ending it and finds callers who have gone; and how
    /// long a revoked token, or somebody who was suspended, goes on listening at most, however much there is to hear.
    /// </summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Sends every item as an event of this type until the items end, the caller goes, his token is revoked or the panel stops.</summary>
    public IResult Stream<T>(string type, IAsyncEnumerable<T> items) => new StreamResult<T>(this, type, items);

    private async Task WriteAsync<T>(HttpContext context, string type, IAsyncEnumerable<T> items)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var enumerator = items.GetAsyncEnumerator(ending.Token);
        Task<bool>? next = null;
        var asked = time.GetTimestamp();
        try
        {
            await response.StartAsync(ending.Token);
            next = enumerator.MoveNextAsync().AsTask();
            while (await IsNextAsync(context, next, ending.Token))
            {
                if (time.GetElapsedTime(asked) >= KeepAlive)
                {
                    if (!await IsStillSomebodyAsync(context, ending.Token))
                    {
                        break;
                    }

                    asked = time.GetTimestamp();
                }

                var data = JsonSerializer.Serialize(enumerator.Current, PanelJson.Options);
                await response.WriteAsync($"event: {type}\ndata: {data}\n\n", ending.Token);
                await response.Body.FlushAsync(ending.Token);
                next = enumerator.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The usual end of a stream that somebody followed.
        }
        finally
        {
            await ending.CancelAsync();
            await EndAsync(enumerator, next);
        }
    }

    /// <summary>Waits for the next item with a sign of life now and then; false at the end.</summary>
    private async Task<bool> IsNextAsync(HttpContext context, Task<bool> next, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = Task.Delay(KeepAlive, time, waiting.Token);
            var first = await Task.WhenAny(next, pause);
            await waiting.CancelAsync();
            if (first == next)
            {
                return await next;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!await IsStillSomebodyAsync(context, cancellationToken))
            {
                return false;
            }

            await context.Response.WriteAsync(":\n\n", cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    private static async Task<bool> IsStillSomebodyAsync(HttpContext context, CancellationToken cancellationToken) =>
        (await context.User.ToActor().NowAsync(cancellationToken)).Kind != ActorKind.Nobody;

    private static async Task EndAsync<T>(IAsyncEnumerator<T> enumerator, Task<bool>? next)
    {
        // An enumerator may be disposed only when it rests.
        try
        {
            await (next ?? Task.FromResult(false));
        }
        catch (OperationCanceledException)
        {
            // It was waiting when the stream ended.
        }

        await enumerator.DisposeAsync();
    }

    private sealed class StreamResult<T>(EventStreams streams, string type, IAsyncEnumerable<T> items) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => streams.WriteAsync(httpContext, type, items);
    }
}
