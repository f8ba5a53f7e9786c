using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using HostingPanel.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Web.Tests;

/// <summary>Speaks the worker's side of the contract for logs.</summary>
internal sealed class FakeWorker : IAsyncDisposable
{
    private readonly WebApplication _app;

    public FakeWorker()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/internal/sites/{site:guid}/services/{service}/logs", ServeAsync);
    }

    /// <summary>The key that it wants to see.</summary>
    public string Key { get; } = "internal-key-of-this-test";

    /// <summary>What was asked for last: service, tail, follow.</summary>
    public (string Service, int Tail, bool Follow)? Asked { get; private set; }

    /// <summary>The lines that there are already.</summary>
    public List<LogLine> Lines { get; } = [];

    /// <summary>The lines that are written while somebody follows; complete it to end the stream.</summary>
    public Channel<LogLine> Live { get; set; } = Channel.CreateUnbounded<LogLine>();

    /// <summary>Completed when a follower has gone.</summary>
    public TaskCompletionSource FollowerLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<Uri> StartAsync()
    {
        await _app.StartAsync();
        return new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context, string service, int tail, bool follow)
    {
        if (context.Request.Headers["X-HP-Internal-Key"] != Key)
        {
            context.Response.StatusCode = 403;
            return;
        }

        Asked = (service, tail, follow);
        context.Response.ContentType = "text/event-stream";
        foreach (var line in Lines.TakeLast(tail))
        {
            await WriteAsync(context, line);
        }

        if (!follow)
        {
            return;
        }

        try
        {
            // As the real one, it begins its answer with the first line.
            await foreach (var line in Live.Reader.ReadAllAsync(context.RequestAborted))
            {
                await WriteAsync(context, line);
            }
        }
        catch (OperationCanceledException)
        {
            FollowerLeft.TrySetResult();
        }
    }

    private static async Task WriteAsync(HttpContext context, LogLine line)
    {
        var data = JsonSerializer.Serialize(line, PanelJson.Options);
        await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"data: {data}\n\n"), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
