using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>What a site saw of a request.</summary>
public sealed record SeenRequest(string Method, string Path, string Host, IReadOnlyDictionary<string, string> Headers);

/// <summary>A web server in the test's process that plays every site, and the panel.</summary>
internal sealed class SiteServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private SiteServer(WebApplication app) => _app = app;

    /// <summary>All requests, in their order.</summary>
    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    /// <summary>What <c>/wait</c> waits for.</summary>
    public TaskCompletionSource Gate { get; set; } = new();

    public int Port { get; private set; }

    public static async Task<SiteServer> StartAsync(string address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var app = builder.Build();
        var server = new SiteServer(app);
        app.Urls.Add($"http://{address}:0");
        app.UseWebSockets();
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Port = new Uri(app.Urls.Single()).Port;
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        _seen.Enqueue(
            new SeenRequest(
                request.Method,
                request.Path,
                request.Host.Value ?? string.Empty,
                request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)
            )
        );
        switch (request.Path.Value)
        {
            case "/socket":
                await EchoAsync(context);
                break;
            case "/forged":
                context.Response.Headers["X-HP-Page"] = "starting";
                await PageAsync(context, "Forged");
                break;
            case "/mute":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "/wait":
                // Until the test has seen enough.
                await Gate.Task.WaitAsync(TimeSpan.FromSeconds(20), context.RequestAborted);
                await PageAsync(context, "Waited");
                break;
            case "/long":
                context.Response.ContentType = "text/css";
                await context.Response.WriteAsync(new string('a', 20_000), context.RequestAborted);
                break;
            case "/upload":
                await request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                await PageAsync(context, "Uploaded");
                break;
            case "/moved":
                context.Response.Redirect("/after");
                break;
            case "/moved-to-tls":
                context.Response.Redirect($"https://{request.Host.Host}/after");
                break;
            case "/moved-away":
                context.Response.Redirect("http://elsewhere.example/after");
                break;
            case "/round":
                context.Response.Redirect("/round");
                break;
            default:
                await PageAsync(context, $"Tom &amp;\n  Jerry’s {request.Path}");
                break;
        }
    }

    private static async Task PageAsync(HttpContext context, string title)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync($"<!DOCTYPE html><html><head><title>{title}</title></head></html>", context.RequestAborted);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
