using System.Net.Sockets;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Gateway;

/// <summary>
/// A site of a test's own behind a real HAProxy, by its slug: what is counted of an address outlives reloads. It has a neighbour.
/// </summary>
public abstract class ShieldTest(GatewayFixture fixture) : IDisposable
{
    protected const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private protected static readonly Route Beta = GatewayFixture.Site("beta");
    private HttpClient? _client;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;
    private protected GatewayFixture Fixture => fixture;
    private protected IGateway? Gateway { get; private set; }

    public void Dispose()
    {
        fixture.Sites.Gate.TrySetResult();
        _client?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static Route Site(string slug, SiteTraffic traffic) =>
        GatewayFixture.Site("alpha") with
        {
            Slug = slug,
            Hosts = [$"{slug}.gateway.test"],
            Traffic = traffic,
        };

    protected static (int Status, string Page) Seen(HttpResponseMessage response) =>
        ((int)response.StatusCode, response.Headers.GetValues("X-HP-Page").Single());

    private protected async Task<string> ApplyAsync(string slug, SiteTraffic traffic)
    {
        fixture.Require();
        Gateway = fixture.Gateway(countsUs: true);
        await Gateway.ApplyAsync([Site(slug, traffic), Beta], Token);
        _client = fixture.Client(handler => handler.MaxConnectionsPerServer = 20);
        // A gateway that has just started knows the site's address a moment later. Probes are not counted.
        await UntilAsync(async () => (await Gateway.ProbeAsync($"{slug}.gateway.test", "/", Token)).Status == 200);
        return $"{slug}.gateway.test";
    }

    protected async Task<int> StatusAsync(string host, string path, params (string Name, string Value)[] headers)
    {
        using var response = await GetAsync(host, path, headers);
        return (int)response.StatusCode;
    }

    protected async Task<HttpResponseMessage> GetAsync(string host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}{path}");
        foreach (
            var (name, value) in headers.Length == 0 || headers[0].Name != "User-Agent" ? [.. headers, ("User-Agent", Browser)] : headers
        )
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // A kept connection would lead to the process of before a reload.
        request.Headers.ConnectionClose = true;

        return await _client!.SendAsync(request, Token);
    }

    /// <summary>What the process that serves says to a command.</summary>
    protected async Task<string> AskAsync(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(Fixture.Volume, "master.sock")), Token);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\n"), Token);
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(Token);
    }

    protected static Task UntilAsync(Func<bool> done) => UntilAsync(() => Task.FromResult(done()));

    protected static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(15));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await done())
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }
}
